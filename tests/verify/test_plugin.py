"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

import jactl_trio.verify.check  # noqa: F401 - what a run in this process imports first, pytest would forget after it

pytest_plugins = ["pytester"]

HOST = """
import jactl_trio as jactl

context = jactl.Context()

@context.function
async def fetch(n: int) -> int:
    return n
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(*arguments: str) -> pytest.RunResult:
        plugins = ("-p", "jactl_trio.verify.plugin", "-p", "pytest_trio.plugin", "-p", "no:cacheprovider")
        return pytester.runpytest_inprocess(*plugins, *arguments)

    return run


def test_fixtures(pytester: pytest.Pytester, run: object) -> None:
    pytester.makepyfile("""
        import pytest
        import jactl_trio as jactl
        from jactl_trio.verify import StoreFault

        context = jactl.Context()
        script = context.compile("checkpoint(); checkpoint(); 5")

        @pytest.mark.trio
        async def test_a_runtime(runtime, store):
            async with runtime(context) as opened:
                instance = await opened.start(script)
                assert await instance.result() == 5
            assert store.instances() == []

        @pytest.mark.trio
        async def test_a_store_that_fails(runtime, store, faulty_store):
            faulty_store.faults[2] = StoreFault.BEFORE
            with pytest.raises(jactl.JactlError):
                async with runtime(context, faulty_store) as opened:
                    await (await opened.start(script)).result()
            assert len(faulty_store.happened) == 1
            (record,) = store.instances()
            assert record.checkpoint_id == 1
    """)
    run("-q").assert_outcomes(passed=2)  # type: ignore[operator]


def test_files_are_tests(pytester: pytest.Pytester, run: object) -> None:
    pytester.makefile(
        ".jactl", sound="// expect: 3\ndef n = fetch(3)\ncheckpoint()\nn", silent="1", wrong="// expect: 2\n1"
    )
    pytester.makepyfile(plugin_host=HOST)
    pytester.makeini("[pytest]\njactl_host = plugin_host:context\n")
    pytester.syspathinsert()
    assert run("-q").ret == pytest.ExitCode.NO_TESTS_COLLECTED  # type: ignore[operator]
    result = run("--jactl")  # type: ignore[operator]
    result.assert_outcomes(passed=4, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*wrong.jactl: examples: value", "  expected  2", "  seen      1"])
    run("sound.jactl").assert_outcomes(passed=2)  # type: ignore[operator]
    run("--jactl", "-o", "trio_mode=true").assert_outcomes(passed=4, failed=1, skipped=1)  # type: ignore[operator]
    run("-o", "jactl=true", "-k", "wrong and equivalence").assert_outcomes(passed=1, deselected=5)  # type: ignore[operator]


def test_without_hypothesis_and_trio_mode(pytester: pytest.Pytester) -> None:
    """As in a project of somebody's that has not installed the extra: fixtures work, files say what they need."""
    pytester.makepyfile(
        test_it="""
        import trio
        import jactl_trio as jactl
        from jactl_trio.verify import StoreFault

        def test_it(runtime, faulty_store):
            faulty_store.faults[3] = StoreFault.AFTER
            context = jactl.Context()

            async def main():
                async with runtime(context, faulty_store) as opened:
                    return await (await opened.start(context.compile("checkpoint(); checkpoint(); 5"))).result()

            assert trio.run(main) == 5
        """,
        conftest="import sys; sys.modules['hypothesis'] = None",
    )
    pytester.makefile(".jactl", sound="// expect: 3\n3")
    result = pytester.runpytest_subprocess(
        "--jactl", "-p", "no:hypothesispytest", "-p", "no:pytest_trio", "-p", "no:cacheprovider", "-p", "no:xdist"
    )
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["verify needs hypothesis: pip install 'jactl-trio?verify?'"])


def test_importing_it_costs_nothing() -> None:
    """Every run of pytest does."""
    code = "import sys, pytest; old = {*sys.modules}; import jactl_trio.verify.plugin; print(*{*sys.modules} - old)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert sorted(done.stdout.split()) == [
        "jactl_trio", "jactl_trio.errors", "jactl_trio.lazy", "jactl_trio.verify", "jactl_trio.verify.plugin",
    ]  # fmt: skip
