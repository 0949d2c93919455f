"""A script's file in a folder, with the globals beside it -> their texts, and the script; or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import JactlError
from ..runtime.context import Context
from ..runtime.script import Script
from ..values.json import decode


class Refused(Exception):
    """Why a file cannot be run."""


@dataclass(slots=True, frozen=True)
class Texts:
    """What was in a file, and in the one with its globals."""

    name: str
    source: str
    globals: str

    def script(self, context: Context) -> tuple[Script, dict[str, Any]]:
        """Compiled, with its globals."""
        try:
            globals_ = decode(self.globals)
            if not isinstance(globals_, dict):
                raise Refused(f"{Path(self.name).with_suffix('.json')}: no JSON object")
            return context.compile(self.source, globals_, name=self.name), globals_
        except JactlError as error:
            raise Refused(str(error)) from error


def shown_name(file: Path) -> str:
    """Of a file whose name need not be UTF-8."""
    return file.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def texts_of(file: Path) -> Texts:
    """Refused where they cannot be read."""
    beside = file.with_suffix(".json")
    source, globals_ = _text(file), "{}"
    if beside.is_symlink() or beside.exists():
        try:
            globals_ = _text(beside)
        except Refused as why:
            raise Refused(f"{shown_name(beside)}: {why}") from why
    return Texts(shown_name(file), source, globals_)


def _text(file: Path) -> str:
    try:
        if file.exists() and not file.is_file():
            raise Refused("no regular file")  # a pipe would keep us waiting for ever
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Refused(error.strerror) from error
    except UnicodeDecodeError as error:
        raise Refused(f"not UTF-8: {error.reason} at byte {error.start}") from error
