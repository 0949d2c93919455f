"""The sandbox as a lint: nowhere in the package is an attribute looked up by a name that is not a constant."""

from __future__ import annotations

import ast
from pathlib import Path

import jactl_trio

PACKAGE = Path(jactl_trio.__file__).parent
REACHED_BY_SCRIPTS = ("builtins", "values", "continuation", "codegen")
# Walks over Python's syntax trees, and tables of this package's own modules: no name of a script is near.
REVIEWED = {
    ("continuation/runtime_functions.py", "statement"),
    ("continuation/sites.py", "statement"),
    ("codegen/namespace.py", "module"),
    ("codegen/trees.py", "node"),
}
LOOKUPS = {"getattr", "setattr", "delattr", "vars", "eval", "__import__"}


def test_attributes_are_looked_up_by_constants_only() -> None:
    found = []
    for folder in REACHED_BY_SCRIPTS:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOKUPS:
                    constant = len(node.args) > 1 and isinstance(node.args[1], ast.Constant)
                    reviewed = (path.relative_to(PACKAGE).as_posix(), ast.unparse(node.args[0])) in REVIEWED
                    if not (node.func.id == "getattr" and constant) and not reviewed:
                        found.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}")
    assert found == []


def test_script_text_is_never_a_format_string() -> None:
    found = []
    for folder in REACHED_BY_SCRIPTS:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in ("format", "format_map")
                    and not isinstance(node.func.value, ast.Constant)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in ("text", "template", "fmt", "string", "value")
                ):
                    found.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}")
    assert found == []
