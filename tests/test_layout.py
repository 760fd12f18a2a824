"""The house: who imports whom, who reads the YAML, what stands in code, how long code is, what loads at start."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

import relation_spec
from tests.conftest import ROOT

SOURCE = ROOT / "src"
PACKAGE = "relation_spec"

# rooms from left to right: each may import from rooms of earlier floors and from itself
FLOORS = (
    {"limits"},
    {"findings"},
    {"contract"},
    {"schema"},
    {"media"},
    {"messages"},
    {"recordings", "strategies", "middleware"},
    {"fuzz", "server", "docs", "export", "comparison"},
    {"pytest_plugin"},
    {"cli"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FRONT_DOOR = {"__init__", "__main__"}

MOST_LINES = 400
MOST_FUNCTION_LINES = 50


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(SOURCE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that a tree imports, wherever the import stands; a name taken from a package counts as a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                yield below if below in MODULES else str(node.module)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            yield from lazily(node)


def lazily(call: ast.Call) -> Iterator[str]:
    """The modules of this package that an ``import_module`` can lead to: named, or by an f-string's fixed head."""
    argument = call.args[0]
    head = argument.values[0] if isinstance(argument, ast.JoinedStr) else argument
    assert isinstance(head, ast.Constant), f"cannot tell what is imported: {ast.unparse(call)}"
    if argument is head:
        yield head.value
    else:
        yield from (name for name in MODULES if name.startswith(head.value) and name != head.value.rstrip("."))


GRAPH = {name: {target for target in imported(tree) if target != name} for name, tree in TREES.items()}


def room(module: str) -> str:
    """The room of a module, or ``__init__`` for the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def inside(module: str) -> bool:
    return module == PACKAGE or module.startswith(PACKAGE + ".")


def test_every_module_stands_in_a_known_room() -> None:
    assert {room(name) for name in MODULES} <= FLOOR.keys() | FRONT_DOOR


def test_rooms_import_only_from_rooms_to_their_left() -> None:
    """The front door leads everywhere and nobody enters through it, but for the version."""
    wrong = [
        f"{name} imports {target}"
        for name, targets in GRAPH.items()
        for target in sorted(targets)
        if inside(target)
        and room(name) not in FRONT_DOOR
        and room(name) != room(target)
        and (room(target) in FRONT_DOOR or FLOOR[room(target)] >= FLOOR[room(name)])
        and not _takes_only_the_version(name, target)
    ]
    assert not wrong


def _takes_only_the_version(name: str, target: str) -> bool:
    taken = {
        alias.name
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE
        for alias in node.names
        if f"{PACKAGE}.{alias.name}" not in MODULES
    }
    return target == PACKAGE and taken == {"__version__"}


def test_modules_import_each_other_in_no_circle() -> None:
    """But for the front door, through which the command reads the version."""
    own = {name: {target for target in targets if target in MODULES} for name, targets in GRAPH.items()}
    del own[PACKAGE]
    try:
        TopologicalSorter(own).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_private_names_stay_in_their_room() -> None:
    wrong = [
        f"{name} takes {alias.name} from {node.module}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and inside(str(node.module)) and room(str(node.module)) != room(name)
        for alias in node.names
        if re.match("_[^_]", alias.name)
    ]
    assert not wrong


def test_only_the_contract_room_reads_yaml() -> None:
    wrong = [name for name, targets in GRAPH.items() if "yaml" in targets and room(name) != "contract"]
    assert not wrong


def test_only_the_contract_room_knows_where_the_yaml_lies() -> None:
    wrong = [
        name
        for name, tree in TREES.items()
        if room(name) not in {"contract", *FRONT_DOOR}
        and (f"{PACKAGE}.contract.bundled" in GRAPH[name] or any(".openapi.yaml" in text for _, text in literals(tree)))
    ]
    assert not wrong


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The texts in code, with their lines, docstrings left out."""
    docstrings = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


# words of the YAML that code may use all the same
PROTOCOL = {
    "application/json": "the default of content_type, and what RFC 8259 registers",
    "text/json": "an old name of JSON that many servers use; decoding goes by it, not by the YAML",
    "application/xml": "RFC 7303",
    "text/xml": "RFC 7303",
    "application/x-www-form-urlencoded": "the WHATWG URL standard",
    "Content-Type": "RFC 9110 section 8.3: the message's own description, which OpenAPI forbids to describe",
    "WWW-Authenticate": "RFC 9110 section 11.6.1",
    "Allow": "RFC 9110 section 10.2.1",
    "Accept-Language": "RFC 9110 section 12.5.4",
    "$select": "OData's name for such a parameter (OData 4.01, part 2, section 5.1.4), in prose",
    "Error": "also an English word",
    "Reason": "also an English word",
}


def words_of_the_yaml(document: dict[str, Any]) -> set[str]:
    """Names of properties (from 5 letters on), headers and media types that the YAML holds."""
    found: set[str] = set()

    def visit(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                visit(item)
        if not isinstance(value, dict):
            return
        for key, held in value.items():
            if key == "properties" and isinstance(held, dict):
                found.update(name for name in held if len(name) > 4)
            elif key in ("content", "headers") and isinstance(held, dict):
                found.update(held)
            if key not in ("example", "examples"):
                visit(held)
        if value.get("in") in ("header", "cookie", "query"):
            found.add(value["name"])

    visit(document)
    return found


def test_no_word_of_the_yaml_stands_in_code() -> None:
    """A property, header or media type that is renamed in the YAML must not have to be renamed in Python."""
    words = words_of_the_yaml(relation_spec.load().document.to_dict())
    assert len(words) > 40
    # in longer texts only names that are no English words can be told; alone, all of them
    distinct = [re.escape(word) for word in words - PROTOCOL.keys() if re.search("[a-z][A-Z]|[-_/$]", word)]
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(distinct)})(?![\w-])")
    wrong = [
        f"{name}:{line}: {text[:80]!r}"
        for name, tree in TREES.items()
        for line, text in literals(tree)
        if text in words - PROTOCOL.keys() or pattern.search(text)
    ]
    assert not wrong


def test_modules_are_short() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert not {name: lines for name, lines in lengths.items() if lines >= MOST_LINES}


def test_functions_fit_on_a_screen() -> None:
    assert not [
        f"{name}.{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MOST_FUNCTION_LINES
    ]


def test_tests_are_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "tests").rglob("*.py")}
    assert not {str(path): lines for path, lines in lengths.items() if lines >= 600}


def test_every_module_says_what_it_is_for() -> None:
    assert not [name for name, tree in TREES.items() if not ast.get_docstring(tree)]


HEAVY = {"click", "email", "hypothesis", "jsonschema", "openapi_spec_validator", "referencing", "yaml"}


def modules_after(code: str) -> set[str]:
    """The top-level modules that are loaded once ``code`` has run in a fresh interpreter."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(SOURCE), "PATH": ""},
    )
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_importing_the_package_loads_nothing_heavy() -> None:
    bare = modules_after("")
    loaded = modules_after("import relation_spec") - bare
    assert PACKAGE in loaded
    assert not loaded & (HEAVY | {"decimal", "json", "msgspec", "pathlib", "urllib"})
