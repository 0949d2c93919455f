"""The command verify: scripts and options -> a progress bar, a table, each failure with the command that repeats it."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CompileError, RuntimeError, UsageError
from ..runtime.context import Context
from ..verify import need_hypothesis
from .codes import OK, SCRIPT_FAILED
from .sources import source_of


@dataclass(frozen=True)
class Options:
    """What was given on the command line."""

    globals: str | None = None
    host: str | None = None
    stubs: str | None = None
    store: str | None = None
    max_examples: int | None = None
    seed: int = 0
    profile: str = "ci"
    replay: str | None = None
    junit: str | None = None
    as_json: bool = False
    exit_first: bool = False

    def command(self, file: str, token: str) -> str:
        """What repeats one finding."""
        words = ["jactl-trio", "verify", file]
        for name in ("globals", "host", "stubs", "store"):
            given = getattr(self, name)
            words += [] if given is None else [f"--{name}", given]
        words += [] if self.max_examples is None else ["--max-examples", str(self.max_examples)]
        words += ["--profile", self.profile, "--seed", str(self.seed), "--replay", token]
        return shlex.join(words)


def verify(files: tuple[str, ...], options: Options) -> int:
    """Verify the scripts; 0: all passed, 1: there are findings."""
    need_hypothesis()
    from ..verify.check import Check, Replay, with_examples
    from ..verify.places import places
    from ..verify.profiles import PHASES, profile_named
    from ..verify.quiet import quiet
    from ..verify.report import Report

    if options.junit is not None and not Path(options.junit).absolute().parent.is_dir():
        raise UsageError(f"--junit {options.junit}: there is no such folder")
    profile = with_examples(profile_named(options.profile), options.max_examples)
    report = Report(profile.name, options.seed)
    token = None if options.replay is None else Replay.parse(options.replay)
    try:
        with quiet(), places(options.store) as where, _progress(len(files), options) as progress:
            check = Check(where, profile, options.seed, PHASES, token, options.store, options.exit_first, progress)
            for file in files:
                try:
                    check.run(_subject(file, options), report)
                except (CompileError, RuntimeError, UsageError) as error:
                    raise UsageError(f"{file}: {error}") from error
                if options.exit_first and report.findings:
                    break
    except BaseException:  # wrong usage, or Ctrl-C: what was found before is told
        if report.results:
            _tell(report, options)
        raise
    _tell(report, options)
    return OK if report.passed else SCRIPT_FAILED


def _subject(file: str, options: Options) -> Any:
    from ..verify.loading import LoadedHost
    from ..verify.subjects import Subject

    source = source_of(file)
    given = None if options.globals is None else _object("--globals", options.globals)
    stubs = {} if options.stubs is None else _object("--stubs", options.stubs)
    make_context = Context if options.host is None else LoadedHost(options.host)
    return Subject.read(source, given, make_context, file, stubs)


def _object(option: str, text: str) -> dict[str, Any]:
    """A JSON object, given as text or as the name of a file."""
    from ..verify.expectations import json_object

    if not text.lstrip().startswith("{"):
        try:
            text = source_of(text)
        except OSError as error:
            raise UsageError(f"{option} {text}: no JSON object, and no file: {error.strerror}") from None
    return json_object(option, text)


@contextmanager
def _progress(files: int, options: Options) -> Iterator[Any]:
    """A bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from ..verify.check import Progress as Told

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        bar = shown.add_task("verify", total=None)

        def begin(file: str, phase: str, steps: int) -> None:
            shown.reset(bar, total=steps, description=f"{file} {phase}")

        yield Told(begin, lambda: shown.advance(bar))


def _tell(report: Any, options: Options) -> None:
    from ..verify.junit import junit_xml

    if options.junit is not None:
        Path(options.junit).write_bytes(junit_xml(report))
    if options.as_json:
        told = json.loads(report.as_json())
        for result in told["results"]:
            for finding in result["findings"]:
                finding["repeat"] = options.command(finding["file"], finding["replay"])
        print(json.dumps(told, ensure_ascii=False))
        return
    _print_table(report)
    for finding in report.findings:
        print()
        print("\n".join(finding.lines()))
        print(f"  repeat    {options.command(finding.file, finding.replay)}")
    sys.stdout.flush()


def _print_table(report: Any) -> None:
    """A row for each file, a column for each phase."""
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    phases = list(dict.fromkeys(result.phase for result in report.results))
    files = list(dict.fromkeys(result.file for result in report.results))
    of = {(result.file, result.phase): result for result in report.results}
    table = Table(Column("file", overflow="fold"), *phases, Column("seconds", justify="right"))
    table.title = f"profile {report.profile}, seed {report.seed}"
    for file in files:
        results = [of.get((file, phase)) for phase in phases]
        seconds = sum(result.seconds for result in results if result is not None)
        table.add_row(Text(file), *map(_cell, results), f"{seconds:.1f}")
    Console().print(table)
    for result in report.results:
        if result.note:
            print(f"{result.file}: {result.phase}: {result.note}")


def _cell(result: Any) -> Any:
    from rich.text import Text

    if result is None or result.verdict == "skipped":
        return Text("-", style="dim")
    style = {"failed": "bold red", "passed": "green"}[result.verdict]
    return Text(f"{result.verdict} ({result.checks})", style=style)
