"""The pytest plugin: fixtures for durable scripts, and `*.jactl` files as tests.

    store          a MemoryStore of the test's own
    faulty_store   a FaultyStore around `store`; the test says what fails: faulty_store.faults[2] = StoreFault.AFTER
    runtime        open_runtime over `store`: `async with runtime(context) as opened:`

With --jactl (or `jactl = true` in the ini file) each *.jactl file is collected, a test for each phase: `examples`
checks its `// expect:`, `equivalence` that it gives the same answer however it is run.  A file that is named on the
command line is collected anyway.  jactl_host in the ini file: the MODULE:CONTEXT whose functions the scripts call.

Every run of pytest imports this module, so all that is heavy is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..store import CheckpointStore
    from .faulty import FaultyStore
    from .report import Report

PHASES = ("examples", "equivalence")
pytest.register_assert_rewrite("jactl_trio.verify.kit")


@pytest.fixture
def store() -> CheckpointStore:
    """A store of the test's own, in memory."""
    from ..store import MemoryStore

    return MemoryStore()


@pytest.fixture
def faulty_store(store: CheckpointStore) -> FaultyStore:
    """The same store, of which some calls fail: faulty_store.faults, by the number of the call of write."""
    from .faulty import FaultyStore

    return FaultyStore(store, {})


@pytest.fixture
def runtime(store: CheckpointStore) -> Callable[..., Any]:
    """open_runtime over `store`, or over another one that is given: `async with runtime(context) as opened:`."""
    from ..runtime.opening import open_runtime

    def opened(context: Any, store: CheckpointStore = store, **how: Any) -> Any:
        return open_runtime(context, store, **how)

    return opened


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("jactl_trio", "durable Jactl scripts")
    group.addoption("--jactl", action="store_true", help="collect *.jactl files: examples, equivalence")
    group.addoption("--jactl-profile", default="quick", help="how far to look: quick (the default), ci, nightly")
    parser.addini("jactl", "collect *.jactl files always", type="bool", default=False)
    parser.addini("jactl_host", "MODULE:CONTEXT, the host's functions for *.jactl files", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".jactl":
        return None
    config = parent.config
    if config.getoption("--jactl") or config.getini("jactl") or parent.session.isinitpath(file_path):
        return JactlFile.from_parent(parent, path=file_path)
    return None


class JactlFile(pytest.File):
    """One script."""

    def collect(self) -> Iterator[JactlItem]:
        for phase in PHASES:
            yield JactlItem.from_parent(self, name=phase)


class JactlItem(pytest.Item):
    """One phase of one script.

    obj: the test's Python function, of which there is none; pytest-trio in its mode `trio_mode` asks every item for it.
    """

    obj = None

    def runtest(self) -> None:
        report = self._report()
        if report.findings:
            from .report import NotVerified

            raise NotVerified(report)
        for result in report.results:
            if result.skipped:
                pytest.skip(result.skipped)

    def _report(self) -> Report:
        from . import need_hypothesis

        need_hypothesis()
        from ..runtime.context import Context
        from .check import Check
        from .loading import LoadedHost
        from .places import places
        from .profiles import profile_named
        from .report import Report
        from .subjects import Subject

        source = self.path.read_text(encoding="utf-8")
        host = self.config.getini("jactl_host")
        root = self.config.rootpath
        name = str(self.path.relative_to(root) if self.path.is_relative_to(root) else self.path)
        make_context = LoadedHost(host) if host else Context
        subject = Subject.read(source, None, make_context, name)
        profile = profile_named(self.config.getoption("--jactl-profile"))
        report = Report(profile.name, 0)
        with places() as where:
            Check(where, profile, phases=(self.name,)).run(subject, report)
        return report

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *arguments: Any) -> Any:
        from ..errors import CompileError, RuntimeError, UsageError
        from .report import NotVerified

        if isinstance(excinfo.value, NotVerified | CompileError | RuntimeError | UsageError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *arguments)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.name} {self.name}"
