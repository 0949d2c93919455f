"""A traceback -> Frames: what each function between the machine and a Suspend still needs."""

from __future__ import annotations

from types import FrameType, FunctionType, TracebackType
from typing import Any

from ..errors import InternalError
from ..values.suspension import RESUMABLE, TRANSPARENT
from .frames import Frame
from .runtime_functions import code_of
from .sites import RUNTIME_PASSAGES, live_names, passages_of
from .unit import Code, Passage, Site, Unit


def capture(traceback: TracebackType | None) -> list[Frame]:
    """The frames of a traceback, outermost first. InternalError if a function on the way cannot be captured."""
    frames: list[Frame] = []
    while traceback is not None:
        frame = traceback.tb_frame
        unit = frame.f_globals.get("__unit__")
        passages = RUNTIME_PASSAGES if unit is None else unit.passages
        passage = passages.get(id(frame.f_code)) or _first_met(frame, unit)
        if passage.code is not None:
            # By instruction: tb_lineno would search the code's table of lines each time.
            code, site, live = passage.points.get(traceback.tb_lasti) or _point(passage, passage.code, traceback)
            frames.append(Frame(code, site, _values(frame, live) if live else {}))
        traceback = traceback.tb_next
    return frames


def _values(frame: FrameType, live: tuple[str, ...]) -> dict[str, Any]:
    values = frame.f_locals  # Python makes it, of all that the frame has
    try:
        return {name: values[name] for name in live}
    except KeyError:  # a name that on this way was never written
        return {name: values[name] for name in live if name in values}


def _first_met(frame: FrameType, unit: Unit | None) -> Passage:
    """Find out whose code object a frame runs."""
    code_object = frame.f_code
    passages = passages_of(unit)
    if unit is not None:
        for code in unit.codes.values():
            assert isinstance(code.function, FunctionType)
            passages.setdefault(id(code.function.__code__), Passage(code))
            if isinstance(code.plain, FunctionType):
                passages.setdefault(id(code.plain.__code__), Passage(code))
    elif code_object in TRANSPARENT:
        passages[id(code_object)] = Passage(None)
    elif code_object in RESUMABLE:
        passages[id(code_object)] = Passage(code_of(RESUMABLE[code_object]))
    found = passages.get(id(code_object))
    if found is None:
        name = f"{frame.f_globals.get('__name__', 'compiled')}:{code_object.co_name}"
        raise InternalError(f"{name} stands between a script and a Suspend, but is neither resumable nor transparent")
    return found


def _point(passage: Passage, code: Code, traceback: TracebackType) -> tuple[Code, Site, tuple[str, ...]]:
    site = code.sites.get(traceback.tb_lineno)
    if site is None:
        raise InternalError(
            f"{code.key} was suspended in a call that does not stand alone (line {traceback.tb_lineno})"
        )
    point = passage.points[traceback.tb_lasti] = (code, site, live_names(code, site))
    return point
