"""Arguments -> a command; its errors -> one clear block on standard error and an exit code.

Heavy imports stand inside the commands: start-up is most of what a small script costs.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from .by_id import instance
from .codes import INTERRUPTED, OK, SCRIPT_FAILED, STORE, USAGE
from .durations import seconds_of
from .keys import keys_option
from .sources import source_of
from .starting import starting

_EXIT_CODES = """\b
Exit codes:
  0    done
  1    the script failed, verify has findings, or the output could not be written
  2    wrong usage, or a source that does not compile
  3    a checkpoint or the store
  130  interrupted; with --store it can be recovered from its last checkpoint
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EXIT_CODES)
@click.version_option(package_name="jactl-trio")
def cli() -> None:
    """Durable Jactl scripts."""


_globals_option = click.option(
    "-g", "--global", "globals_", multiple=True, metavar="NAME=JSON", help="a global variable; may be repeated"
)
_json_option = click.option("--json", "as_json", is_flag=True, help="print JSON")


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@_globals_option
@click.option("--store", metavar="URL", help="save checkpoints there: sqlite:FILE or postgresql://...")
@click.option("--id", "id_", metavar="UUID", help="the instance's id; one that exists is continued")
@keys_option
@_json_option
def run(
    file: str, globals_: tuple[str, ...], store: str | None, id_: str | None, keys: str | None, as_json: bool
) -> int:
    """Run a script (`-` reads it from standard input) and print its value.

    nextLine() reads from standard input.
    """
    with starting():
        from . import running

        given = _parsed_globals(globals_)
        script = running.compiled(source_of(file), file, given, keys)
    return running.run(script, file, given, store, _parsed_id(id_), as_json)


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE...")
@click.option("--globals", "globals", metavar="JSON|FILE", help="the globals; default: // globals: in the file")
@click.option("--host", metavar="MODULE:CONTEXT", help="the Context with the host's functions, or what makes one")
@click.option("--stubs", metavar="JSON|FILE", help="answers of host functions by name; they are not called then")
@click.option("--store", metavar="URL|MODULE:FACTORY", help="the kind of store; its checkpoints are read, not changed")
@click.option("--max-examples", type=click.IntRange(1), metavar="N", help="schedules for each place of checkpoints")
@click.option("--seed", type=int, default=0, metavar="N", show_default=True, help="the same seed is the same run")
@click.option("--profile", type=click.Choice(["quick", "ci", "nightly"]), default="ci", show_default=True)
@click.option("--replay", metavar="TOKEN", help="repeat one finding: the token is in its last line")
@click.option("--junit", metavar="FILE", type=click.Path(dir_okay=False, writable=True), help="write JUnit XML")
@click.option("-x", "--exitfirst", "exit_first", is_flag=True, help="stop at the first phase with a finding")
@_json_option
def verify(files: tuple[str, ...], **options: Any) -> int:
    """Does a script give the same answer however it is suspended, interrupted and recovered?"""
    from . import verifying

    return verifying.verify(files, verifying.Options(**options))


@cli.command()
@click.option("--store", metavar="URL", required=True, help="sqlite:FILE or postgresql://...")
@keys_option
@_json_option
def recover(store: str, keys: str | None, as_json: bool) -> int:
    """Go on with every instance that an earlier process left unfinished, to its end."""
    from . import running

    return running.recover(store, as_json, keys)


@cli.command()
@click.option("--store", metavar="URL", required=True, help="sqlite:FILE or postgresql://...")
@click.option("--state", help="only those: running, hibernated, finished, failed, cancelled or parked")
@_json_option
def instances(store: str, state: str | None, as_json: bool) -> int:
    """List the instances in a store."""
    from . import listing

    return listing.instances(store, state, as_json)


cli.add_command(instance)


@cli.group(name="store")
def store_() -> None:
    """Make, check and count a store."""


_store_option = click.option("--store", metavar="URL", required=True, help="sqlite:FILE or postgresql://...")


@store_.command(name="init")
@_store_option
def store_init(store: str) -> int:
    """Make a store; one that is there stays as it is."""
    from . import storing

    return storing.init(store)


@store_.command(name="migrate")
@_store_option
def store_migrate(store: str) -> int:
    """Bring the schema of a store up to date."""
    from . import storing

    return storing.migrate(store)


@store_.command(name="verify")
@_store_option
@_json_option
def store_verify(store: str, as_json: bool) -> int:
    """Look for damage: pages, lost checkpoints, checkpoints without an instance."""
    from . import storing

    return storing.verify(store, as_json)


@store_.command(name="stats")
@_store_option
@_json_option
def store_stats(store: str, as_json: bool) -> int:
    """Count instances by state, scripts, and bytes of checkpoints."""
    from . import storing

    return storing.stats(store, as_json)


@store_.command(name="purge")
@_store_option
@click.option(
    "--older-than",
    callback=seconds_of,
    metavar="TIME",
    required=True,
    help="since they ended: 30d, 12h, 90m, 0 for all",
)
@_json_option
def store_purge(store: str, older_than: float, as_json: bool) -> int:
    """Forget the outcomes of instances that ended longer ago. What goes on, or is parked, stays."""
    from . import storing

    return storing.purge(store, older_than, as_json)


@store_.command(name="reseal")
@_store_option
@click.option("--keys", metavar="FILE", required=True, help="the new key in the first line, then those that were used")
@click.option("--accept-unkeyed", is_flag=True, help="also what was written without a key")
@_json_option
def store_reseal(store: str, keys: str, accept_unkeyed: bool, as_json: bool) -> int:
    """Seal all that a store holds with the first key of a file.

    Hosts may run meanwhile, once they all have the new key. Exit code 3 says that something still needs an older key:
    what a host has saved within the last minute, or what none of the keys opens. The command can be stopped anywhere,
    and begun again.
    """
    from . import storing

    return storing.reseal(store, keys, accept_unkeyed, as_json)


@cli.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False), metavar="DIR")
@click.option("--store", metavar="URL", required=True, help="sqlite:FILE or postgresql://...")
@click.option(
    "--every", type=click.FloatRange(min=0.05), default=0.5, show_default=True, metavar="SECONDS", help="between looks"
)
@click.option(
    "--hibernate-after",
    type=click.FloatRange(min=0.0),
    metavar="SECONDS",
    help="longer waits are in the store alone",
)
@click.option("--keep-outcomes", callback=seconds_of, metavar="TIME", help="forget older ones: 30d, 12h, 90m")
@click.option("--once", is_flag=True, help="end when all that is there has ended")
@keys_option
@_json_option
def serve(
    folder: str,
    store: str,
    every: float,
    hibernate_after: float | None,
    keep_outcomes: float | None,
    once: bool,
    keys: str | None,
    as_json: bool,
) -> int:
    """Run each script of a folder once, and recover what others left, until SIGTERM or SIGINT hands the work over."""
    from . import serving

    return serving.serve(folder, store, every, hibernate_after, keep_outcomes, once, as_json, keys)


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--tokens", "stage", flag_value="tokens", help="the tokens")
@click.option("--tree", "stage", flag_value="tree", help="the syntax tree")
@click.option("--resolved", "stage", flag_value="resolved", help="the resolved tree")
@click.option("--python", "stage", flag_value="python", default=True, help="the generated Python (the default)")
@_globals_option
def explain(file: str, stage: str, globals_: tuple[str, ...]) -> int:
    """Show a stage of the compiler for a script."""
    from . import explaining

    click.echo(explaining.explained(source_of(file), stage, _parsed_globals(globals_)), nl=False)
    return OK


@cli.command(name="eval")
@click.argument("source")
@_globals_option
@_json_option
def eval_(source: str, globals_: tuple[str, ...], as_json: bool) -> int:
    """Run a script given on the command line and print its value."""
    with starting():
        from . import running

        given = _parsed_globals(globals_)
        script = running.compiled(source, "", given)
    return running.run(script, "", given, None, None, as_json)


@cli.command()
def repl() -> int:
    """Read, evaluate, print, repeat."""
    from . import repl as repl_

    return repl_.repl()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    from ..errors import CheckpointError, CompileError, JactlError, UsageError

    if sys.stdout is None:  # closed by whoever started this
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if isinstance(sys.stdout, io.TextIOWrapper):  # what it cannot show is a "?", as in Java
        sys.stdout.reconfigure(errors="replace")
    try:
        code = cli.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):  # click makes the first of the second
        _tell("interrupted")
        return INTERRUPTED
    except CompileError as error:
        _tell("\n".join(str(one) for one in error.errors))
        return USAGE
    except UsageError as error:
        _tell(str(error))
        return USAGE
    except CheckpointError as error:
        _tell(str(error))
        return STORE
    except JactlError as error:
        from .terminal import unwritten

        failure = unwritten(error)
        if failure is not None:
            return _unwritten(failure)
        _tell(f"{type(error).__name__}: {error}")
        return SCRIPT_FAILED
    except OSError as error:
        return _unwritten(error)
    return int(code or OK)


def _unwritten(error: OSError) -> int:
    """Whoever reads no more, as `head` does, knows why; and nothing is written to that place at exit either."""
    if not isinstance(error, BrokenPipeError):
        _tell(f"{error.filename or 'standard output'}: {error.strerror}")
    if error.filename is None:
        with suppress(OSError, ValueError):  # standard output without a file descriptor
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return SCRIPT_FAILED


def _tell(message: str) -> None:
    print(message, file=sys.stderr)


def _parsed_globals(given: tuple[str, ...]) -> dict[str, Any]:
    from ..values.json import decode

    found: dict[str, Any] = {}
    for entry in given:
        name, equals, text = entry.partition("=")
        if not equals or not name.isidentifier():
            raise click.BadParameter(f"{entry!r} is not NAME=JSON", param_hint="-g")
        try:
            found[name] = decode(text)
        except Exception as error:
            raise click.BadParameter(f"{name}: {error}", param_hint="-g") from None
    return found


def _parsed_id(text: str | None) -> Any:
    from uuid import UUID

    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a UUID", param_hint="--id") from None
