"""`jactl-trio verify`: what it finds, what it prints, and the command that repeats a finding."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jactl_trio.cli import main

SOUND = """\
// expect: 6
def total = 0
for (int i = 1; i <= 3; i++) {
  total += fetch(i)
  checkpoint{ note('saved') }{ note('recovered') }
}
total
"""
HOST = """\
import jactl_trio as jactl

calls = []

def context():
    made = jactl.Context()

    @made.function
    async def fetch(number: int) -> int:
        calls.append(number)
        return number

    @made.function
    def note(text: str) -> None:
        pass

    @made.function
    async def count() -> int:  # another answer each time: recorded once
        calls.append(0)
        return len(calls)

    return made
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    Path("verified_host.py").write_text(HOST)
    Path("sound.jactl").write_text(SOUND)
    return tmp_path


def verify(*arguments: str) -> int:
    return main(["verify", *arguments])


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, object]]:
    """The results by phase of one file."""
    verify(*arguments, "--json")
    report = json.loads(capsys.readouterr().out)
    return {result["phase"]: result for result in report["results"]}


@pytest.mark.parametrize("store", ["memory:", "sqlite:unused.db", "jactl_trio.store:MemoryStore"])
def test_a_sound_script_passes(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    results = told(capsys, "sound.jactl", "--host", "verified_host:context", "--store", store, "--max-examples", "10")
    verdicts = {phase: (result["verdict"], result["checks"]) for phase, result in results.items()}
    assert verdicts.pop("schedules") == ("passed", 20)
    assert verdicts == {"examples": ("passed", 1), "equivalence": ("passed", 5), "upgrade": ("skipped", 0)}
    assert not Path("unused.db").exists()


def test_a_finding_has_both_answers_a_timeline_and_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.jactl").write_text("// expect: 2\n// once: note\ncheckpoint()\nnote('a')\nsleep(1)\n1\n")
    arguments = ["--host", "verified_host:context", "--profile", "quick", "--junit", "report.xml"]
    assert verify("wrong.jactl", *arguments) == 1
    shown = capsys.readouterr().out
    assert "wrong.jactl: examples: value\n  expected  2\n  seen      1\n" in shown
    assert "    run 1  checkpoint 1 is saved\n" in shown
    (command,) = [line for line in shown.splitlines() if "--replay schedules/memory@" in line]
    assert main(shlex.split(command.strip())[2:]) == 1
    again = capsys.readouterr().out
    assert again.partition("wrong.jactl: schedules: once")[2] in shown
    suite = ElementTree.parse("report.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "2", "1")


def test_clocks_and_chance_are_no_reason_to_differ(capsys: pytest.CaptureFixture[str]) -> None:
    """What was seen before a checkpoint is in it; a wait ends by the clock of the trial."""
    Path("sees.jactl").write_text("""\
def code = random(1000000)
def begun = timestamp()
checkpoint()
while (timestamp() < begun + 3000) { println "waits for $code"; sleep(1000); checkpoint() }
note("$code ${uuid().size()} ${nanoTime() > 0} ${LocalDate.now()}")
[begun, Instant.now().toEpochMilli() - begun]
""")
    results = told(capsys, "sees.jactl", "--host", "verified_host:context", "--max-examples", "30")
    assert [result["verdict"] for result in results.values()] == ["skipped", "passed", "passed", "skipped"]


@pytest.mark.parametrize("look", ["uuid()", "random(1000000)", "timestamp()", "ZonedDateTime.now()"])
def test_a_call_that_is_made_again_with_other_arguments_is_found(look: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("sends.jactl").write_text(f"checkpoint()\nnote('first')\nnote('at ' + {look})\nsleep(1)\nfetch(1)\n")
    arguments = ["sends.jactl", "--host", "verified_host:context", "--profile", "quick"]
    (environment, memory) = told(capsys, *arguments)["schedules"]["findings"]  # type: ignore[misc]
    for finding in (environment, memory):
        assert finding["rule"].startswith("repeated")
        assert len(finding["schedule"].split()) == 1, "as simple as it can be"
        assert main(shlex.split(finding["repeat"])[1:]) == 1
        assert finding["seen"] in capsys.readouterr().out
    saved_first = f"checkpoint()\ndef at = 'at ' + {look}\ncheckpoint()\nnote('first')\nnote(at)\nfetch(1)\n"
    Path("sends.jactl").write_text(saved_first)
    assert told(capsys, *arguments)["schedules"]["verdict"] == "passed"


def test_the_same_seed_is_the_same_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Byte for byte, apart from times."""
    import verified_host  # type: ignore[import-not-found]

    Path("wrong.jactl").write_text(
        "// once: count\ndef n = 0\nwhile (n < 3) { n += count(); sleep(1); checkpoint() }\n[uuid(), timestamp()]\n"
    )
    runs = []
    for seed in ("1", "1", "2"):
        verified_host.calls.clear()
        verify("wrong.jactl", "--host", "verified_host:context", "--profile", "quick", "--seed", seed, "--json")
        runs.append(re.sub(r'"seconds": [0-9.e-]+', "", capsys.readouterr().out))
    assert runs[0] == runs[1] and '"schedule"' in runs[0]
    assert runs[0].replace('"seed": 1', "").replace("--seed 1", "") != runs[2]


def test_stubs_stand_in_for_the_host(capsys: pytest.CaptureFixture[str]) -> None:
    import verified_host  # type: ignore[import-not-found]

    before = len(verified_host.calls)
    stubs = '{"fetch": [{"args": [1], "value": 3}, {"value": 2}], "note": null}'
    arguments = ["sound.jactl", "--host", "verified_host:context", "--stubs", stubs, "--profile", "quick"]
    results = told(capsys, *arguments)
    assert results["examples"]["findings"][0]["seen"] == "7"  # type: ignore[index]
    assert results["schedules"]["verdict"] == "passed"
    assert len(verified_host.calls) == before
    assert verify(*arguments[:4], '{"fetch": [{"args": [9], "value": 3}]}') == 2
    assert "No stub for fetch(1" in capsys.readouterr().err


@pytest.mark.parametrize("hibernates", [False, True])
def test_upgrade_reads_the_checkpoints_of_a_store(hibernates: bool, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--host", "verified_host:context", "--store", "sqlite:s.db", "--profile", "quick"]
    Path("waits.jactl").write_text("def n = fetch(1)\ncheckpoint()\nsleep(3600000)\nfetch(2)\n")
    assert main(["run", "waits.jactl", "--store", "sqlite:s.db"]) == 2  # no host, not compiled: nothing stored
    leave_one_waiting(hibernates)
    before = Path("s.db").read_bytes()
    upgrade = told(capsys, "waits.jactl", *arguments)["upgrade"]
    assert (upgrade["verdict"], upgrade["checks"], upgrade["note"]) == ("passed", 1, "")
    Path("waits.jactl").write_text("// another\n" + Path("waits.jactl").read_text())
    upgrade = told(capsys, "waits.jactl", *arguments)["upgrade"]
    assert "1 go on with another source" in str(upgrade["note"])
    Path("waits.jactl").write_text("1")
    upgrade = told(capsys, "waits.jactl", "--store", "sqlite:s.db", "--profile", "quick")["upgrade"]
    (finding,) = upgrade["findings"]  # type: ignore[misc]
    assert "fetch" in finding["seen"]
    assert Path("s.db").read_bytes() == before


def leave_one_waiting(hibernates: bool) -> None:
    import trio
    import verified_host

    import jactl_trio as jactl

    async def main() -> None:
        context = verified_host.context()
        after = 0.0 if hibernates else None
        async with jactl.open_runtime(context, store="sqlite:s.db", hibernate_after=after) as runtime:
            instance = await runtime.start(context.compile(Path("waits.jactl").read_text(), name="waits.jactl"))
            while instance.checkpoint_id == 0 or (hibernates and instance.status.value != "hibernated"):
                await trio.sleep(0.001)
            if not hibernates:
                instance.release()

    trio.run(main)


def test_what_was_found_before_wrong_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("right.jactl").write_text("// expect: 2\n1 + 1\n")
    Path("wrong.jactl").write_text("1 +\n")
    assert verify("right.jactl", "wrong.jactl", "--max-examples", "1", "--json", "--junit", "told.xml") == 2
    told = capsys.readouterr()
    assert {result["file"] for result in json.loads(told.out)["results"]} == {"right.jactl"}
    assert "wrong.jactl: " in told.err and "right.jactl" in Path("told.xml").read_text()


@pytest.mark.parametrize("source", ["1 & 1.0", "12.5 >>> 2"])
def test_a_script_that_is_not_to_compile(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("fails.jactl").write_text(f"// error: must be int\n{source}\n")
    Path("other.jactl").write_text(f"// error: something else\n{source}\n")
    assert verify("fails.jactl") == 0
    assert verify("other.jactl") == 2
    assert "other.jactl: " in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.jactl"],
        ["sound.jactl"],
        ["sound.jactl", "--host", "nowhere:context"],
        ["sound.jactl", "--host", "verified_host:calls"],
        ["sound.jactl", "--globals", "[1]"],
        ["sound.jactl", "--profile", "slow"],
        ["sound.jactl", "--store", "oracle:x", "--host", "verified_host:context"],
        ["sound.jactl", "--store", "verified_host:context", "--host", "verified_host:context"],
        ["sound.jactl", "--replay", "everything", "--host", "verified_host:context"],
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_wrong_usage_is_told_in_one_block(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(*arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_globals_of_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("given.jactl").write_text('// globals: {"order": [1, 2]}\n// expect: 2\ncheckpoint()\norder.size()\n')
    Path("globals.json").write_text('{"order": [1]}')
    assert verify("given.jactl", "--profile", "quick") == 0
    assert verify("given.jactl", "--profile", "quick", "--globals", "globals.json") == 1
    capsys.readouterr()
    assert told(capsys, "given.jactl", "--replay", "examples").keys() == {"examples"}


def test_a_recovery_that_fails_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    Path("forgets.jactl").write_text("def r = checkpoint{ 'paid' }{ null }\ncheckpoint()\nr.size()\n")
    equivalence = told(capsys, "forgets.jactl", "--profile", "quick")["equivalence"]
    assert equivalence["verdict"] == "passed"
    assert str(equivalence["note"]).startswith(
        "recovered from checkpoint 1 it ends with Tried to invoke method on null"
    )


def test_an_endless_script_is_wrong_usage(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jactl_trio.verify.reference.RUN_SECONDS_MAX", 0.1)
    Path("endless.jactl").write_text("while (true) { sleep(60000); checkpoint() }\n")
    assert verify("endless.jactl") == 2
    assert "endless.jactl: The script has not come to an end after 0.1 s" in capsys.readouterr().err


def test_a_script_that_only_computes_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not end by a limit of the harness's own, which would be its answer in each way of running."""
    monkeypatch.setattr("jactl_trio.verify.reference.RUN_SECONDS_MAX", 0.1)
    Path("endless.jactl").write_text("int i = 0\nwhile (true) { i++ }\n")
    assert verify("endless.jactl") == 2
    assert "endless.jactl: The script has not come to an end after 0.1 s" in capsys.readouterr().err


def test_a_time_limit_of_the_host_is_no_reason_to_differ(capsys: pytest.CaptureFixture[str]) -> None:
    """Taken to bytes at every expression a script takes a thousand times as long."""
    Path("limited_host.py").write_text("import jactl_trio\ncontext = jactl_trio.Context(max_execution_time=0)\n")
    Path("counts.jactl").write_text("int n = 0\nfor (int i = 0; i < 100; i++) { n += i }\ncheckpoint()\nn\n")
    results = told(capsys, "counts.jactl", "--host", "limited_host:context", "--max-examples", "5")
    assert [result["verdict"] for result in results.values()] == ["skipped", "passed", "passed", "skipped"]
    assert results["examples"]["note"] == ""


def test_a_stub_counts_in_the_fresh_process_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A function that is stubbed is called nowhere."""
    Path("real_host.py").write_text(
        "import jactl_trio\ncontext = jactl_trio.Context()\n"
        "@context.function\nasync def charge(card: str) -> str:\n    open('charged', 'a').close()\n    return 'real'\n"
    )
    Path("charges.jactl").write_text("// expect: stub\ncheckpoint()\ncharge('4111')\n")
    arguments = ["charges.jactl", "--host", "real_host:context", "--stubs", '{"charge": "stub"}']
    assert verify(*arguments, "--replay", "equivalence/fresh") == 0, capsys.readouterr().out
    assert not Path("charged").exists()


def test_stubs_need_no_host(capsys: pytest.CaptureFixture[str]) -> None:
    Path("charges.jactl").write_text("// expect: [3, null]\ncheckpoint()\ndef n = charge('4111', 2)\n[n, ship()]\n")
    Path("stubs.json").write_text('{"charge": [{"args": ["4111", 2], "value": 3}], "ship": null}')
    results = told(capsys, "charges.jactl", "--stubs", "stubs.json", "--max-examples", "5")
    assert [result["verdict"] for result in results.values()] == ["passed", "passed", "passed", "skipped"]


@pytest.mark.parametrize(
    ("stubs", "said"),
    [
        ('{"fetsch": 1}', "a stub for fetsch, which is no function of the host that can have one: count, fetch, note"),
        ('{"fetch": [1, 2]}', "The stub for fetch is a list, so each of its entries is"),
        ('{"fetch": [{"args": 1, "value": 2}]}', "The stub for fetch is a list"),
        ('{"fetch": [{"arg": [1], "value": 2}]}', "The stub for fetch is a list"),
        ('{"fetch": [{"args": [1]}]}', "The stub for fetch is a list"),
    ],
)
def test_stubs_that_do_not_fit(stubs: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify("sound.jactl", "--host", "verified_host:context", "--stubs", stubs) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("context = None +\n", "broken_host cannot be imported: SyntaxError"),
        ("context = 1 / 0\n", "broken_host cannot be imported: ZeroDivisionError: division by zero ("),
        ("def context():\n    raise OSError('no bank')\n", "broken_host:context fails: OSError: no bank ("),
    ],
)
@pytest.mark.parametrize("option", ["--host", "--store"])
def test_a_host_or_a_store_that_fails(option: str, module: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken_host.py").write_text(module)
    sys.modules.pop("broken_host", None)
    Path("one.jactl").write_text("1")
    assert verify("one.jactl", option, "broken_host:context") == 2
    shown = capsys.readouterr().err
    assert said in shown and "Traceback" not in shown


def test_a_replay_that_repeats_nothing_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.jactl").write_text("1")
    assert verify("one.jactl", "--replay", "schedules/sqlite@1:crash") == 2
    assert "No checkpoints in 'sqlite': there are environment and memory" in capsys.readouterr().err


def test_a_message_too_few(capsys: pytest.CaptureFixture[str]) -> None:
    Path("waits.jactl").write_text('// messages: {"go": [1]}\nreceive("go")\nreceive("go")\n')
    assert verify("waits.jactl") == 2
    assert '// messages: {"go": [null, null]}' in capsys.readouterr().err
