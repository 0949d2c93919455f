"""map and filter, one after another -> one loop over their source: the hot path of every pipeline.

Up to four of them stand side by side in one Stages object, which calls them in one frame; a fifth begins a new one
around it. Tried and slower: an object a stage that pulls from the one before (a Python call more for each element and
stage), and an inner loop over a list of stages. The four-fold text is the price; it is the same in three loops (from
a list, from another iterator, one element at a time).
"""

from __future__ import annotations

from typing import Any

from ..continuation.slices import FLAG, tick
from ..values.closures import plain_form
from ..values.plain_data import plain_data
from ..values.suspension import resumable, transparent
from ..values.truth import truthy
from .iterators import END, STREAM_AT_ONCE, Source, check_size, iterator_over


@plain_data("iterator.stages")
class Stages:
    """source -> stage 1..4; a stage is a closure (None: not there), m1..m4 say which of them map (else they filter)."""

    __slots__ = ("f1", "f2", "f3", "f4", "m1", "m2", "m3", "m4", "source")
    jactl_iterator = True

    def __init__(self, source: Any, is_map: bool, closure: Any) -> None:
        self.source = source
        self.f1 = closure
        self.m1 = is_map
        self.f2 = self.f3 = self.f4 = None
        self.m2 = self.m3 = self.m4 = False

    def added(self, is_map: bool, closure: Any) -> Any:
        """This pipeline with one stage more."""
        if self.f2 is None:
            self.f2, self.m2 = closure, is_map
        elif self.f3 is None:
            self.f3, self.m3 = closure, is_map
        elif self.f4 is None:
            self.f4, self.m4 = closure, is_map
        else:
            return Stages(self, is_map, closure)
        return self

    @transparent
    def fill(self, out: list[Any]) -> bool:
        source = self.source
        if isinstance(source, Source):
            return fill_from_list(source, out, self.f1, self.f2, self.f3, self.f4, self)
        return fill_from_iterator(source, out, self)

    @resumable
    def next(self) -> Any:
        source, f1, f2, f3, f4 = self.source, self.f1, self.f2, self.f3, self.f4
        while True:
            if FLAG.is_up:
                tick()
            element = source.next()
            if element is END:
                return END
            if self.m1:
                element = f1(element)
            else:
                keep = f1(element)
                if keep is not True and (keep is False or not truthy(keep)):
                    continue
            if f2 is None:
                return element
            if self.m2:
                element = f2(element)
            else:
                keep = f2(element)
                if keep is not True and (keep is False or not truthy(keep)):
                    continue
            if f3 is None:
                return element
            if self.m3:
                element = f3(element)
            else:
                keep = f3(element)
                if keep is not True and (keep is False or not truthy(keep)):
                    continue
            if f4 is None:
                return element
            if self.m4:
                return f4(element)
            keep = f4(element)
            if keep is True or truthy(keep):
                return element


@resumable
def fill_from_list(source: Source, out: list[Any], f1: Any, f2: Any, f3: Any, f4: Any, stages: Stages) -> bool:
    """Send what a list still holds through the stages."""
    m1, m2, m3, m4 = stages.m1, stages.m2, stages.m3, stages.m4
    f1, f2, f3, f4 = plain_form(f1, 1), plain_form(f2, 1), plain_form(f3, 1), plain_form(f4, 1)
    rest = source.rest
    for element in rest:
        if FLAG.is_up:
            tick()
        if m1:
            element = f1(element)
        else:
            keep = f1(element)
            if keep is not True and (keep is False or not truthy(keep)):
                continue
        if f2 is not None:
            if m2:
                element = f2(element)
            else:
                keep = f2(element)
                if keep is not True and (keep is False or not truthy(keep)):
                    continue
            if f3 is not None:
                if m3:
                    element = f3(element)
                else:
                    keep = f3(element)
                    if keep is not True and (keep is False or not truthy(keep)):
                        continue
                if f4 is not None:
                    if m4:
                        element = f4(element)
                    else:
                        keep = f4(element)
                        if keep is not True and (keep is False or not truthy(keep)):
                            continue
        out.append(element)
    check_size(out)
    return source.more()


@resumable
def fill_from_iterator(source: Any, out: list[Any], stages: Stages) -> bool:
    """Send some of the elements of another iterator through the stages."""
    f1, f2, f3, f4 = stages.f1, stages.f2, stages.f3, stages.f4
    m1, m2, m3, m4 = stages.m1, stages.m2, stages.m3, stages.m4
    count = 0
    while count < STREAM_AT_ONCE:
        count += 1
        if FLAG.is_up:
            tick()
        element = source.next()
        if element is END:
            return False
        if m1:
            element = f1(element)
        else:
            keep = f1(element)
            if keep is not True and (keep is False or not truthy(keep)):
                continue
        if f2 is not None:
            if m2:
                element = f2(element)
            else:
                keep = f2(element)
                if keep is not True and (keep is False or not truthy(keep)):
                    continue
            if f3 is not None:
                if m3:
                    element = f3(element)
                else:
                    keep = f3(element)
                    if keep is not True and (keep is False or not truthy(keep)):
                        continue
                if f4 is not None:
                    if m4:
                        element = f4(element)
                    else:
                        keep = f4(element)
                        if keep is not True and (keep is False or not truthy(keep)):
                            continue
        out.append(element)
    check_size(out)
    return True


def mapped(receiver: Any, closure: Any) -> Any:
    """receiver.map(closure)"""
    if type(receiver) is Stages:
        return receiver.added(True, closure)
    return Stages(iterator_over(receiver), True, closure)


def filtered(receiver: Any, closure: Any) -> Any:
    """receiver.filter(closure)"""
    if type(receiver) is Stages:
        return receiver.added(False, closure)
    return Stages(iterator_over(receiver), False, closure)
