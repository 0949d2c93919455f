"""Generated scripts, and those of the corpus, give the same answer however they are run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from jactl_trio.verify.drawn_scripts import GLOBALS, host_context, scripts
from jactl_trio.verify.equivalence import MODES, differences
from jactl_trio.verify.subjects import Subject

from ..corpus_scripts import CorpusScript, corpus

few = settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@few
@given(scripts(6))
def test_generated_scripts(source: str) -> None:
    assert differences(Subject(source, GLOBALS, host_context), MODES[:-1]) == []


@settings(few, max_examples=2)
@given(scripts(6))
def test_generated_scripts_in_a_fresh_process(source: str) -> None:
    assert differences(Subject(source, GLOBALS, host_context), MODES[-1:]) == []


CHECKED_HERE = [script for script in corpus() if script.error is None and not script.name.startswith("dates/")]


@pytest.mark.parametrize("script", CHECKED_HERE, ids=lambda script: script.name)
def test_scripts_of_the_corpus(script: CorpusScript) -> None:
    assert differences(Subject(script.source), ("moved", "recovered")) == []


def test_there_are_scripts() -> None:
    assert len(CHECKED_HERE) > 60 and MODES[-1] == "fresh"
