"""Read the corpus: a script a file, its result in a comment `// expect: TEXT`, or its failure in `// error: ...`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"
_COMMENT = re.compile(r"^// (expect|error|output): ?(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class CorpusScript:
    name: str
    source: str
    expect: str | None
    error: str | None
    output: str | None


def corpus() -> list[CorpusScript]:
    scripts = []
    for path in sorted(FOLDER.glob("**/*.jactl")):
        source = path.read_text(encoding="utf-8")
        comments = {kind: text.replace("\\n", "\n") for kind, text in _COMMENT.findall(source)}
        name = path.relative_to(FOLDER).with_suffix("").as_posix()
        scripts.append(
            CorpusScript(name, source, comments.get("expect"), comments.get("error"), comments.get("output"))
        )
    return scripts
