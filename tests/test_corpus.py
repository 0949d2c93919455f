"""Every script of the corpus, in every mode, gives the result in its comment."""

from __future__ import annotations

import io

import pytest

import jactl_trio as jactl

from .corpus_scripts import CorpusScript, corpus
from .slicing import give_way_always

SCRIPTS = corpus()
MODES: dict[str, dict[str, object]] = {
    "plain": {},
    "unfolded": {"fold_constants": False},
    "suspended": {"stress": "suspend"},
    "checkpointed": {"stress": "checkpoint"},
    "sliced": {},  # every time slice is over at once
    "limited": {"max_loop_iterations": 1_000_000, "max_execution_time": 60_000},
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
async def test_script_gives_what_its_comment_says(
    script: CorpusScript, mode: str, autojump_clock: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mode == "sliced":
        give_way_always(monkeypatch)
    context = jactl.Context(**MODES[mode])
    output = io.StringIO()
    if script.error is not None:
        with pytest.raises(jactl.JactlError) as caught:
            await context.compile(script.source).run({}, output=output)
        texts = [str(caught.value), *map(str, getattr(caught.value, "errors", ()))]
        assert any(script.error.lower() in text.lower() for text in texts), texts
        assert caught.value.line is not None
        return
    value = await context.compile(script.source).run({}, output=output)
    assert jactl.to_text(value) == script.expect
    if script.output is not None:
        assert output.getvalue() == script.output


def test_the_corpus_is_there() -> None:
    assert len(SCRIPTS) > 70
