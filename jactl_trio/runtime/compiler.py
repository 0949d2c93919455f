"""Source text -> Unit: parse, resolve and generate, against what one Context knows; compiled units are kept.

No Trio here: a script can be compiled anywhere.
"""

from __future__ import annotations

import hashlib
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..builtins.registry import Registry
from ..codegen import generate
from ..continuation.unit import Unit
from ..errors import CompileError, Location, UnknownScriptError, UsageError
from ..limits import EVAL_CACHE_SCRIPTS, SOURCE_CHARS_MAX
from ..resolve import Scope, UnitInfo, resolve
from ..resolve.model import ClassInfo, Variable
from ..store.scripts import ScriptRecord
from ..syntax import parse
from ..values import types
from ..values.hosttypes import HostType
from ..values.instances import is_instance
from ..values.options import Options
from ..values.types import ANY, Type

SCRIPTS_KEPT = 1_000  # compiled scripts that a context keeps although nobody holds them


class Compiler:
    """Compiles for one Context, and finds what it compiled by identity."""

    def __init__(self, options: Options, registry: Registry) -> None:
        self.options = options
        self.registry = registry
        self.classes: dict[str, ClassInfo] = {}  # by full name, those that scripts see now
        self.class_units: dict[str, Unit] = {}  # by full name
        self.repl_variables: dict[str, Variable] = {}
        self._units: weakref.WeakValueDictionary[str, Unit] = weakref.WeakValueDictionary()
        self._records: weakref.WeakKeyDictionary[Unit, ScriptRecord] = weakref.WeakKeyDictionary()
        self._with_used: weakref.WeakKeyDictionary[Unit, tuple[ScriptRecord, ...]] = weakref.WeakKeyDictionary()
        self._kept: OrderedDict[str, Unit] = OrderedDict()
        self._compiled: dict[Any, Unit] = {}  # by everything that a script's code depends on
        self._evaluated: OrderedDict[Any, Unit] = OrderedDict()

    def copy(self, options: Options, registry: Registry) -> Compiler:
        """A compiler with the same classes, compiled anew."""
        other = Compiler(options, registry)
        anew: dict[str, Unit] = {}
        for unit in dict.fromkeys(self.class_units.values()):
            for record in self.records_of(unit):
                if record.identity not in anew:
                    anew[record.identity] = other._again(record, [anew[used] for used in record.uses])
            other._add_classes(anew[unit.identity], other.classes, other.class_units)
        return other

    def script(self, source: str, globals: Mapping[str, Any], name: str = "", package: str | None = "") -> Unit:
        """Compile a script; `globals` are values, of which the names and types count."""
        bound = {global_name: self.type_of(value) for global_name, value in globals.items()}
        key = (source, name, package, tuple(bound.items()))
        unit = None if self.options.repl_mode else self._compiled.get(key)
        if unit is None:
            unit = self._unit(source, name, package, bound, repl_variables=self.repl_variables)
            if len(self._compiled) >= SCRIPTS_KEPT:
                self._compiled.clear()
            self._compiled[key] = unit
            if self.options.repl_mode:
                self._add_classes(unit, self.classes, self.class_units)  # later lines see them
        return unit

    def class_file(self, source: str, package: str | None = "", globals: Mapping[str, Any] | None = None) -> Unit:
        """Compile a class file; scripts compiled from now on see its classes."""
        bound = {name: self.type_of(value) for name, value in (globals or {}).items()}
        unit = self._unit(source, "", package, bound, is_class=True)
        self._add_classes(unit, self.classes, self.class_units)
        self._compiled.clear()
        self._evaluated.clear()
        return unit

    def evaluation(self, source: str, names: Iterable[Any]) -> Unit:
        """Compile a text for eval(); its globals have no static types, so that it can be kept."""
        bound = {name: ANY for name in names if type(name) is str}
        key = (source, frozenset(bound))
        unit = self._evaluated.get(key)
        if unit is None:
            unit = self._unit(source, "", "", bound, is_eval=True)
            self._evaluated[key] = unit
            if len(self._evaluated) > EVAL_CACHE_SCRIPTS:
                self._evaluated.popitem(last=False)
        else:
            self._evaluated.move_to_end(key)
        return unit

    def evaluated_again(self, source: str, name: str, package: str) -> Unit:
        """Compile an eval()'s text that came with a checkpoint: any unknown name is one of its globals."""
        options = replace(self.options, allow_undeclared_globals=True)
        return self._unit(source, name, package, {}, is_eval=True, options=options)

    # Units by identity

    def unit(self, identity: str) -> Unit | None:
        """A unit compiled here that is still in use, or was lately."""
        return self._units.get(identity)

    def record_of(self, unit: Unit) -> ScriptRecord:
        """What the store keeps of a unit."""
        return self._records[unit]

    def records_of(self, unit: Unit) -> tuple[ScriptRecord, ...]:
        """The same of a unit and of all the units that it uses, those that are used before those that use."""
        known = self._with_used.get(unit)
        if known is None:
            known = self._with_used[unit] = self._found_records(unit)
        return known

    def _found_records(self, unit: Unit) -> tuple[ScriptRecord, ...]:
        found: dict[str, ScriptRecord] = {}

        def add(one: Unit) -> None:
            if one.identity not in found:
                for used in one.used:
                    add(used)
                found[one.identity] = self.record_of(one)

        add(unit)
        return tuple(found.values())

    def again(self, record: ScriptRecord, used: Iterable[Unit]) -> Unit:
        """Compile what the store kept, against the units that it was compiled against and no others."""
        unit = self._again(record, used)
        if unit.identity != record.identity:
            raise UnknownScriptError(
                f"Script {record.name or record.identity[:12]} as kept by the store does not compile to what it was: "
                "this context has other options"
            )
        return unit

    def _again(self, record: ScriptRecord, used: Iterable[Unit]) -> Unit:
        classes: dict[str, ClassInfo] = {}
        units: dict[str, Unit] = {}
        for unit in used:
            self._add_classes(unit, classes, units)
        bound = {name: self._type_named(type_name, classes) for name, type_name in record.globals.items()}
        return self._unit(
            record.source,
            record.name,
            record.package,
            bound,
            is_class=record.is_class,
            classes=classes,
            class_units=units,
        )

    def forget(self) -> None:
        """Compile anew from now on: functions or types were registered."""
        self._compiled.clear()
        self._evaluated.clear()

    def type_of(self, value: Any) -> Type:
        """The static type of a global that is bound to `value`."""
        if value is None:
            return ANY
        if is_instance(value):
            unit = self.class_units.get(type(value).jactl.full_name)
            known = None if unit is None else self.classes[type(value).jactl.full_name]
            if known is None or known.python_class is not type(value) or known.type is None:
                return ANY
            return known.type
        found = self.registry.type_of(value)
        is_opened = isinstance(found.cls, HostType) and found.cls.is_opened
        return ANY if is_opened else found  # another process may meet the class later, or not open it

    # Stages

    def _unit(
        self,
        source: str,
        name: str,
        package: str | None,
        globals: dict[str, Type],
        *,
        is_class: bool = False,
        is_eval: bool = False,
        options: Options | None = None,
        classes: dict[str, ClassInfo] | None = None,
        class_units: dict[str, Unit] | None = None,
        repl_variables: dict[str, Variable] | None = None,
    ) -> Unit:
        chosen = options or self.options
        units = self.class_units if class_units is None else class_units
        known = dict(self.classes if classes is None else classes)
        variables = {} if repl_variables is None else repl_variables
        scope = Scope(chosen, self.registry, globals, known, package or "", name, is_eval, variables)
        try:
            info = self._resolved(source, is_class, package, scope)
            used = _units_used(info, units)
            unit = generate(info, chosen, used)
        except RecursionError:  # the parser bounds what stands inside one another, but a.b.c.d... has no end
            message = "Source nested too deeply: an expression is a chain of too many operations"
            raise CompileError(message, Location(source, 0, name)) from None
        bound = {} if is_eval else {global_name: type.name for global_name, type in sorted(globals.items())}
        unit.identity = _identity(unit.identity, bound, chosen)
        uses = tuple(one.identity for one in used)
        self._keep(unit, ScriptRecord(unit.identity, source, name, info.package, bound, uses, is_class))
        return unit

    def _resolved(self, source: str, is_class: bool, package: str | None, scope: Scope) -> UnitInfo:
        if not isinstance(source, str):
            raise UsageError(f"A script's source is a str, not {type(source).__name__}")
        if len(source) > SOURCE_CHARS_MAX:
            raise CompileError(f"Source of {len(source)} characters is longer than {SOURCE_CHARS_MAX}")
        program = parse(source, is_class=is_class, disabled=scope.options.disabled_words)
        if package is None and program.package is None:
            message = "Package name not declared or otherwise supplied"
            raise CompileError(message, Location(source, program.pos, scope.name))
        if package and program.package is not None and program.package != package:
            message = f"Declared package name of '{program.package}' conflicts with package name '{package}'"
            raise CompileError(message, Location(source, program.package_pos, scope.name))
        return resolve(program, source, scope)

    def _keep(self, unit: Unit, text: ScriptRecord) -> None:
        self._units[unit.identity] = unit
        self._records[unit] = text
        self._kept[unit.identity] = unit
        if len(self._kept) > SCRIPTS_KEPT:
            self._kept.popitem(last=False)

    def _add_classes(self, unit: Unit, classes: dict[str, ClassInfo], units: dict[str, Unit]) -> None:
        for info in unit.info.classes:
            classes[info.full_name] = info
            units[info.full_name] = unit

    def _type_named(self, name: str, classes: Mapping[str, ClassInfo]) -> Type:
        if name.endswith("[]"):
            return self._type_named(name[:-2], classes).array()
        found = types.BY_NAME.get(name) or self.registry.type_named(name)
        if found is None and name in classes:
            found = classes[name].type
        return found or ANY


def _units_used(info: UnitInfo, units: Mapping[str, Unit]) -> list[Unit]:
    found = {id(unit): unit for used in info.used_classes if (unit := units.get(used.full_name)) is not None}
    return list(found.values())


def _identity(identity: str, globals: Mapping[str, str], options: Options) -> str:
    """Everything that decides what a frame of the unit holds: also static types of globals, and how it is lowered."""
    parts = (identity, sorted(globals.items()), options.fold_constants, options.stress, options.repl_mode)
    return hashlib.blake2b(repr(parts).encode(), digest_size=32).hexdigest()
