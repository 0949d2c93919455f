"""Context: a sandbox. What its scripts can see: options, functions and types of the host, compiled classes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from copy import copy as shallow_copy
from dataclasses import replace
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..builtins.host_classes import HostClasses
from ..builtins.hosting import host_signature
from ..builtins.registry import Registry
from ..continuation.unit import Unit
from ..errors import UsageError
from ..limits import CHECKPOINT_BYTES_MAX
from ..values import types
from ..values.hosttypes import HostType
from ..values.options import Options
from ..values.types import Type
from ..wanted import wanted, wanted_count, wanted_flag, wanted_function, wanted_globals, wanted_package
from .compiler import Compiler
from .script import Script

if TYPE_CHECKING:
    from ..checkpoint.keys import KeyRing

F = TypeVar("F", bound=Callable[..., Any])


class Context:
    """A sandbox for scripts.  A context inherits nothing from another one.

    min_scale               decimal places that a division keeps at least
    max_loop_iterations     of one script, all loops together; -1: no limit
    max_execution_time      milliseconds that one script may run, not counting the time that it waits; -1: no limit
    class_access_to_globals classes may use globals
    allow_undeclared_globals names that are not known when a script is compiled are globals
    disable_eval, disable_print, disable_die
                            the statement is refused when a script is compiled
    allow_host_access, allow_host_class_lookup
                            whether scripts may use Python classes and their objects, and a predicate over the dotted
                            names of these classes (True: any, which ends the sandbox)
    repl_mode               variables declared at the top level become globals
    fold_constants          compute constant expressions when a script is compiled
    stress                  "suspend" or "checkpoint": at every expression; any script gives the same answer (for tests)
    application_context     any object, for host functions that take `ctx`
    checkpoint_key          a KeyRing, or up to 64 bytes: checkpoints are authenticated with it, and encrypted where its
                            current key says so; outcomes and messages too
    checkpoint_bytes_max    bytes of a checkpoint before compression, 1 to 256 MiB, the most that can be read; a longer
                            one is not written. Of values of messages and results too
    """

    def __init__(
        self,
        *,
        min_scale: int = 10,
        max_loop_iterations: int = -1,
        max_execution_time: int = -1,
        class_access_to_globals: bool = False,
        allow_undeclared_globals: bool = False,
        disable_eval: bool = False,
        disable_print: bool = False,
        disable_die: bool = False,
        allow_host_access: bool = False,
        allow_host_class_lookup: Callable[[str], bool] | bool = False,
        repl_mode: bool = False,
        fold_constants: bool = True,
        stress: str | None = None,
        application_context: Any = None,
        checkpoint_key: bytes | KeyRing | None = None,
        checkpoint_bytes_max: int = CHECKPOINT_BYTES_MAX,
    ) -> None:
        if stress not in (None, "suspend", "checkpoint"):
            raise UsageError(f'stress is None, "suspend" or "checkpoint", not {stress!r}')
        wanted("checkpoint_bytes_max", checkpoint_bytes_max, int, "an int")
        if not 1 <= checkpoint_bytes_max <= CHECKPOINT_BYTES_MAX:
            raise UsageError(f"checkpoint_bytes_max is 1 to {CHECKPOINT_BYTES_MAX}, not {checkpoint_bytes_max}")
        if not isinstance(allow_host_class_lookup, bool):
            wanted_function("allow_host_class_lookup", allow_host_class_lookup)
        self.options = Options(
            wanted_count("min_scale", min_scale, 0),
            wanted_count("max_loop_iterations", max_loop_iterations, -1),
            wanted_count("max_execution_time", max_execution_time, -1),
            wanted_flag("class_access_to_globals", class_access_to_globals),
            wanted_flag("allow_undeclared_globals", allow_undeclared_globals),
            wanted_flag("disable_eval", disable_eval),
            wanted_flag("disable_print", disable_print),
            wanted_flag("disable_die", disable_die),
            wanted_flag("allow_host_access", allow_host_access),
            allow_host_class_lookup,
            wanted_flag("repl_mode", repl_mode),
            wanted_flag("fold_constants", fold_constants),
            stress,
        )
        self.application_context = application_context
        self.checkpoint_bytes_max = checkpoint_bytes_max
        self.keys = None if checkpoint_key is None else _ring_of(checkpoint_key)
        self.registry = Registry.standard()
        if allow_host_access:
            self.registry.host_classes = HostClasses(self.registry, allow_host_class_lookup)
        self.compiler = Compiler(self.options, self.registry)

    def copy(self, *, stress: str | None = None) -> Context:
        """A Context of its own that has the same options (but for `stress`), functions, types and classes.

        Its classes and scripts are compiled anew.
        """
        other = shallow_copy(self)
        other.options = replace(self.options, stress=stress)
        other.registry = self.registry.copy()
        other.compiler = self.compiler.copy(other.options, other.registry)
        return other

    def compile(
        self, source: str, globals: Mapping[str, Any] | None = None, *, name: str = "", package: str | None = ""
    ) -> Script:
        """Compile a script. CompileError says where and why not, with all that is wrong in `errors`.

        RuntimeError: a constant cannot be shifted (`12.5 >>> 2`), which the reference tells so at this point too.
        globals: those that the script will be run with; their names, and the types of the values, are all that counts
        here.  name: for messages.  package: the script's, where it declares none itself (None: it has to).
        """
        wanted("name", name, str, "a str")
        return Script(self, self.compiler.script(source, self._bound(globals), name, wanted_package(package)))

    def compile_class(self, source: str, globals: Mapping[str, Any] | None = None, *, package: str | None = "") -> None:
        """Compile a class file: scripts and classes compiled from now on can use its classes."""
        self.compiler.class_file(source, wanted_package(package), self._bound(globals))

    def compile_eval(self, source: str, globals: Mapping[Any, Any]) -> Unit:
        """What the script function eval() runs."""
        return self.compiler.evaluation(source, globals)

    @overload
    def function(self, function: F, /) -> F: ...

    @overload
    def function(self, /, *, name: str | None = None, threaded: bool = False) -> Callable[[F], F]: ...

    def function(self, function: Any = None, /, *, name: str | None = None, threaded: bool = False) -> Any:
        """Let scripts call a Python function; a decorator, with or without options.

        An async function is awaited while the script is suspended, a sync one is called at once and must be quick;
        threaded=True calls it in trio.to_thread. Annotations give parameter types, defaults may be left out. A first
        parameter named `ctx` gets a HostCallContext. An exception becomes the script's error.
        """

        def register(function: F) -> F:
            self.registry.register(host_signature(function, self.registry, name=name, is_threaded=threaded))
            self.compiler.forget()
            return function

        return register if function is None else register(function)

    def method(
        self, receiver: Any, /, *, name: str | None = None, threaded: bool = False, static: bool = False
    ) -> Callable[[F], F]:
        """Let scripts call a Python function as a method of a type; its first parameter (after `ctx`) is the receiver.

        receiver: a Python type (str, list, dict, int, float, bool, Decimal, object for any), a class given to
        register_class, or a type's name in the language ("String", "LocalDate").
        """
        receiver_type = self._type(receiver)

        def register(function: F) -> F:
            signature = host_signature(
                function, self.registry, name=name, receiver=receiver_type, is_static=static, is_threaded=threaded
            )
            self.registry.register(signature)
            self.compiler.forget()
            return function

        return register

    def register_class(
        self,
        python_class: type,
        name: str | None = None,
        *,
        package: str = "",
        base: type | None = None,
        methods: Iterable[str] | Mapping[str, Any] = (),
        encode: Callable[[Any], Any] | None = None,
        decode: Callable[[Any], Any] | None = None,
    ) -> None:
        """Let scripts hold and use instances of a Python class.

        methods: names of methods that scripts may call, or a map from the name in scripts to the Python method's name
        or to a function. Static and class methods become static methods: they are how scripts make instances.
        encode, decode: value -> plain data (scalars, strings, lists, maps) and back, for checkpoints.
        """
        wanted("python_class", python_class, type, "a class")
        wanted("name", name, (str, NoneType), "a str")
        wanted("methods", methods, Iterable, "names, or a dict of names and methods")
        if (encode is None) != (decode is None):
            raise UsageError("encode and decode come together")
        if encode is not None:
            wanted_function("encode", encode)
            wanted_function("decode", decode)
        base_type = None if base is None else self._type(base).cls
        host = HostType(name or python_class.__name__, python_class, package, base_type, encode, decode)
        receiver = self.registry.register_type(host)
        named: Mapping[str, Any] = methods if isinstance(methods, Mapping) else {one: one for one in methods}
        for method_name, target in named.items():
            function, static = _method(python_class, target)
            signature = host_signature(function, self.registry, name=method_name, receiver=receiver, is_static=static)
            self.registry.register(signature)
        self.compiler.forget()

    def _bound(self, globals: Mapping[str, Any] | None) -> Mapping[str, Any]:
        wanted_globals(globals)
        return {} if globals is None else globals

    def _type(self, given: Any) -> Type:
        if isinstance(given, Type):
            return given
        found = types.BY_NAME.get(given) if isinstance(given, str) else _BY_PYTHON_TYPE.get(given)
        if found is None:
            found = self.registry.type_named(given) if isinstance(given, str) else self.registry.type_for(given)
        if found is None:
            raise UsageError(f"{given!r} is no type that scripts know: register_class comes first")
        return found


def _ring_of(key: bytes | KeyRing) -> KeyRing | None:
    from ..checkpoint.keys import ring_of  # a script without checkpoints needs nothing of that package

    return ring_of(key)


def _method(python_class: type, target: Any) -> tuple[Callable[..., Any], bool]:
    """The function to call, and whether it is static."""
    if callable(target):
        return target, False
    found = inspect.getattr_static(python_class, target, None)
    if isinstance(found, staticmethod | classmethod):
        return getattr(python_class, target), True
    if not callable(found):
        raise UsageError(f"{python_class.__name__} has no method {target}")
    return found, False


_BY_PYTHON_TYPE: dict[Any, Type] = {
    object: types.ANY,
    bool: types.BOOLEAN,
    int: types.INT,
    float: types.DOUBLE,
    str: types.STRING,
    list: types.LIST,
    dict: types.MAP,
}
