"""Class names -> classes: of this source, imported, of the same package, of the registry; and import statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syntax import nodes
from ..values.types import FUNCTION, Type
from .model import ClassInfo, FunctionInfo, Variable
from .types import class_type, text

if TYPE_CHECKING:
    from .resolver import Resolver

Found = ClassInfo | Type | None


def find_class(r: Resolver, path: list[str], pos: int) -> Found:
    """A class by its name as written: ['X'], ['X', 'Inner'], with a package ['a.b', 'X', ...]; unknown is an error."""
    first, rest = path[0], path[1:]
    if _is_package(first):
        found = _in_package(r, first, rest[0], pos)
        rest = rest[1:]
    else:
        found = class_named(r, first)
        if found is None:
            r.error(f"Unknown class '{first}'", pos)
    pos += len(".".join(path[: len(path) - len(rest)]))
    for name in rest:
        inner = found.inner.get(name) if isinstance(found, ClassInfo) else _host_inner(r, found, name)
        if found is not None and inner is None:
            r.error(f"Unknown inner class '{name}' of '{text(class_type(found))}'", pos + 1)
        found = inner
        pos += len(name) + 1
    return _noted(r, found)


def _host_inner(r: Resolver, outer: Found, name: str) -> Type | None:
    return r.registry.host_classes.inner(outer, name) if r.registry.host_classes and isinstance(outer, Type) else None


def host_class(r: Resolver, module: str, name: str) -> Type | None:
    """A Python class that the context opens to its scripts."""
    return None if r.registry.host_classes is None else r.registry.host_classes.named(module, name)


def class_named(r: Resolver, name: str) -> Found:
    """As find_class for a single name, but an unknown one is no error."""
    return _noted(r, _class_named(r, name))


def _class_named(r: Resolver, name: str) -> Found:
    for info in reversed(r.classes):
        current: ClassInfo | None = info
        while current is not None:
            if current.name == name:
                return current
            if name in current.inner:
                return current.inner[name]
            inherited = _inherited_inner(current, name)
            if inherited is not None:
                return inherited
            current = current.outer
    own = r.own_classes.get(_qualified(r.unit.package, name))
    if own is not None:
        return own
    imported = r.imported_classes.get(name)
    if imported is not None:
        return imported
    known = r.scope.classes.get(_qualified(r.unit.package, name))
    if known is not None:
        return known
    for package in r.imported_packages:
        known = r.scope.classes.get(_qualified(package, name))
        if known is not None:
            return known
    return r.registry.type_named(name)


def _inherited_inner(info: ClassInfo, name: str) -> ClassInfo | None:
    """An inner class of a base class, or of a class around a base class."""
    base = info.base
    while base is not None:
        if name in base.inner:
            return base.inner[name]
        base = base.base
    return None


def _noted(r: Resolver, found: Found) -> Found:
    """A class of another unit is one that this unit uses."""
    if isinstance(found, ClassInfo) and found.unit is not r.unit and found not in r.unit.used_classes:
        r.unit.used_classes.append(found)
    return found


def _qualified(package: str, name: str) -> str:
    return f"{package}.{name}" if package else name


def _is_package(name: str) -> bool:
    return not name[0].isupper()


def is_package(r: Resolver, package: str) -> bool:
    """Are there classes in it?"""
    if package == r.unit.package and package:
        return True
    if any(info.package == package for info in r.scope.classes.values()):
        return True
    registered = (type_ for type_ in r.registry.types.values() if not type_.cls.is_opened)
    return any(type_.name.rpartition(".")[0] == package for type_ in registered)


def _in_package(r: Resolver, package: str, name: str, pos: int) -> Found:
    full = _qualified(package, name)
    if package == r.unit.package and full in r.own_classes:
        return r.own_classes[full]
    found: Found = r.scope.classes.get(full) or r.registry.type_named(full) or host_class(r, package, name)
    if found is None:
        if not is_package(r, package):
            r.error(f"Unknown package '{package}'", pos)
        r.error(f"Unknown class '{name}' in package {package}", pos + len(package) + 1)
    return found


# Import statements


def resolve_imports(r: Resolver) -> None:
    for statement in r.program.imports:
        if statement.is_static:
            _static_import(r, statement)
        elif statement.is_wildcard:
            _wildcard(r, statement)
        else:
            _class_import(r, statement)


def _wildcard(r: Resolver, statement: nodes.Import) -> None:
    package = ".".join(statement.path)
    if not is_package(r, package):
        r.error(f"No such package '{package}'", statement.pos)
    r.imported_packages.append(package)


def _split(path: list[str]) -> list[str]:
    """['a', 'b', 'X', 'Y'] -> ['a.b', 'X', 'Y']"""
    count = next((index for index, part in enumerate(path) if part[0].isupper()), len(path))
    return [".".join(path[:count]), *path[count:]] if count else list(path)


def _class_import(r: Resolver, statement: nodes.Import) -> None:
    if len(statement.path) == 1 and class_named(r, statement.path[0]) is None:
        r.error(f"Unknown class {statement.path[0]}", statement.path_pos)
        return
    found = _imported(r, statement)
    if found is None:
        return
    name = statement.alias or statement.path[-1]
    old = r.imported_classes.get(name)
    pos = statement.alias_pos if statement.alias else statement.path_pos
    if old is not None:
        shown = old.full_name if isinstance(old, ClassInfo) else old.name
        r.error(f"Class of name '{name}' already imported ({shown})", pos)
        return
    if not isinstance(found, ClassInfo) or statement.alias is None:
        registered = r.registry.types.get(name)
        if registered is not None and statement.alias is None and "." not in name and isinstance(found, ClassInfo):
            r.error(f"Class of name '{name}' already auto-imported ({registered.name})", pos)
            return
    r.imported_classes[name] = found


def _imported(r: Resolver, statement: nodes.Import) -> Found:
    if any(part[0].isupper() for part in statement.path):
        return find_class(r, _split(statement.path), statement.path_pos)
    found = host_class(r, ".".join(statement.path[:-1]), statement.path[-1])  # Python's own are often in lower case
    if found is None:
        r.error("Expecting class name or valid package", statement.path_pos)
    return found


def _static_import(r: Resolver, statement: nodes.Import) -> None:
    path = _split(statement.path)
    names = [] if statement.is_wildcard else [path.pop()]
    found = find_class(r, path, statement.path_pos)
    if found is None:
        return
    if not isinstance(found, ClassInfo):
        r.error("Cannot use import static with a host class", statement.pos)
        return
    if statement.is_wildcard:
        names = [*found.constants, *(name for name, method in found.methods.items() if method.kind == "static")]
    for name in names:
        _import_member(r, statement, found, name)


def _import_member(r: Resolver, statement: nodes.Import, info: ClassInfo, name: str) -> None:
    method = info.find_method(name)
    constant = info.find_field(name)
    alias = statement.alias or name
    variable: Variable | None = None
    if method is not None:
        if method.kind != "static":
            r.error("Cannot use import static for non-static method", statement.end_pos)
        variable = _function_variable(alias, method)
    elif constant is not None and constant.is_const:
        variable = Variable(alias, constant.type, "constant", is_const=True, const=constant.const, is_initialised=True)
    else:
        r.error(f"No class static field/method called '{name}' in class {info.name}", statement.end_pos)
    if variable is None:
        return
    if alias in r.imported_names:
        r.error(f"Duplicate constant name '{alias}'", statement.pos)
    r.imported_names[alias] = variable


def _function_variable(name: str, info: FunctionInfo) -> Variable:
    return Variable(name, FUNCTION, "function", None, 0, function=info, is_initialised=True)
