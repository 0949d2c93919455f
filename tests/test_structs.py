"""Structs: what their annotations say is what their objects take and hold."""

from __future__ import annotations

import copy
import weakref

import pytest

from jactl_trio.structs import Struct, field, fields_of


class Place(Struct):
    pos: int = field(kw_only=True)


class Named(Place):
    """Has methods of its own, too."""

    name: str
    notes: list[str] = field(default_factory=list)
    size: int = 1
    is_new: bool = field(default=False, kw_only=True)

    def shown(self) -> str:
        return f"{self.name} at {self.pos}"


class Renamed(Named):
    is_new: bool = field(default=True, kw_only=True)
    other: str = "none"


class Empty(Struct):
    pass


class Watched(Struct, has_weakrefs=True):
    value: int


def values(struct: Struct) -> dict[str, object]:
    return {each.name: getattr(struct, each.name) for each in fields_of(type(struct))}


def test_parameters_are_the_fields_those_of_the_base_first() -> None:
    one = Named("a", ["b"], 2, pos=3, is_new=True)
    assert values(one) == {"pos": 3, "name": "a", "notes": ["b"], "size": 2, "is_new": True}
    assert one.shown() == "a at 3"
    assert repr(one) == "Named(pos=3, name='a', notes=['b'], size=2, is_new=True)"
    assert [each.type for each in fields_of(Place)] == ["int"]


def test_what_is_not_given_is_the_default_and_new_for_each_object() -> None:
    one, other = Named("a", pos=0), Named(name="b", pos=1)
    one.notes.append("of one")
    assert (other.notes, other.size, other.is_new) == ([], 1, False)


def test_a_class_that_writes_the_method_itself_is_refused() -> None:
    with pytest.raises(TypeError, match="made of its annotations"):
        type(Struct)("Other", (Struct,), {"__init__": lambda self: None})


def test_a_class_has_its_own_parameters_whichever_of_its_line_was_used_first() -> None:
    for _ in range(2):
        assert values(Renamed("a", [], 1, "x", pos=0)) == {
            "pos": 0, "name": "a", "notes": [], "size": 1, "is_new": True, "other": "x",
        }  # fmt: skip
        assert not Named("a", pos=0).is_new
        assert values(Empty()) == {}


@pytest.mark.parametrize("_", ["first", "again"])
def test_wrong_arguments_are_refused_as_python_does(_: str) -> None:
    with pytest.raises(TypeError, match="pos"):
        Named("a")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        Place(1)  # type: ignore[call-arg, misc]
    with pytest.raises(TypeError, match="unknown"):
        Empty(unknown=1)  # type: ignore[call-arg]


def test_objects_have_slots_and_are_equal_to_themselves_only() -> None:
    one = Watched(1)
    with pytest.raises(AttributeError):
        one.other = 2  # type: ignore[attr-defined]
    assert one == one and one != Watched(1) and len({one, Watched(1)}) == 2
    assert weakref.ref(one)() is one
    with pytest.raises(TypeError):
        weakref.ref(Empty())
    assert values(copy.copy(one)) == {"value": 1}


def test_a_struct_that_holds_itself_can_be_shown() -> None:
    one = Named("a", pos=0)
    one.notes.append(one)  # type: ignore[arg-type]
    assert repr(one) == "Named(pos=0, name='a', notes=[...], size=1, is_new=False)"
