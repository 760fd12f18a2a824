"""YAML text to plain values with the line of every value: what the contract says, and where it says it.

YAML is read by the 1.2 core schema (YAML 1.2.2 section 10.3.2, as OpenAPI 3.1 section 4.3 recommends), so ``no`` is a
text and ``2020-01-01`` is not a date. Duplicate keys, keys that are no text, merge keys and custom tags are refused.
"""

import re
from typing import Any, Final

import yaml

from relation_spec.contract.errors import UnusableContractError
from relation_spec.contract.pointer import join
from relation_spec.contract.source import Source
from relation_spec.limits import MAX_CONTRACT_BYTES, MAX_CONTRACT_NODES, MAX_DEPTH

__all__ = ["CORE_SCHEMA", "parse"]

_TAG: Final = "tag:yaml.org,2002:"
CORE_SCHEMA: Final = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        list("-+0123456789."),
    ),
)


def _loader() -> type[Any]:
    base: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is not everywhere
    loader: Any = type("_CoreSchemaLoader", (base,), {"yaml_implicit_resolvers": {}})
    for name, pattern, first in CORE_SCHEMA:
        loader.add_implicit_resolver(_TAG + name, re.compile(f"(?:{pattern})$"), first)
    made: type[Any] = loader
    return made


def parse(data: bytes, file: str) -> Source:
    """Read ``data`` as one YAML document.

    Raises:
        UnusableContractError: with the line, for anything that is not one plain YAML 1.2 document.
    """
    if len(data) > MAX_CONTRACT_BYTES:
        raise UnusableContractError(file, None, f"the file is longer than {MAX_CONTRACT_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnusableContractError(file, line, f"the file is not UTF-8 (byte {error.start})") from None
    try:
        _check_depth(text, file)
        root = yaml.compose(text, Loader=_loader())
        if root is None:
            raise UnusableContractError(file, 1, "the file holds no YAML document")
        return _Builder(file).build(root)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        raise UnusableContractError(file, mark.line + 1 if mark else None, f"bad YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise UnusableContractError(file, None, f"bad YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise UnusableContractError(file, None, "bad YAML: it is nested too deep, or an alias holds itself") from None


def _check_depth(text: str, file: str) -> None:
    # events come one by one; composing them recurses, in C without a limit
    depth = 0
    for event in yaml.parse(text, Loader=_loader()):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > MAX_DEPTH:
                reason = f"bad YAML: it is nested more than {MAX_DEPTH} deep"
                mark: Any = event.start_mark
                raise UnusableContractError(file, mark.line + 1, reason)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1


class _Builder:
    """Turns composed nodes into values; one use each."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}
        self.nodes = 0

    def build(self, root: yaml.Node) -> Source:
        self.lines[""] = root.start_mark.line + 1
        return Source(self._value(root, ""), self.lines)

    def _refuse(self, node: yaml.Node, reason: str) -> UnusableContractError:
        return UnusableContractError(self.file, node.start_mark.line + 1, reason)

    def _value(self, node: yaml.Node, pointer: str) -> Any:
        self.nodes += 1
        if self.nodes > MAX_CONTRACT_NODES:
            raise self._refuse(node, f"the document holds more than {MAX_CONTRACT_NODES} values (aliases multiply)")
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._mapping(node, pointer)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            items = []
            for index, item in enumerate(node.value):
                here = f"{pointer}/{index}"
                self.lines[here] = item.start_mark.line + 1
                items.append(self._value(item, here))
            return items
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        raise self._refuse(node, f"the YAML tag {node.tag} is not supported")

    def _mapping(self, node: yaml.MappingNode, pointer: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, item in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._refuse(key_node, "a key of a mapping must be a text")
            key = key_node.value
            if key_node.tag != _TAG + "str" and key_node.tag != _TAG + "int":
                raise self._refuse(key_node, f"the key {key} is not a text; put it in quotes")
            if key_node.tag == _TAG + "int" and not re.fullmatch("[1-5][0-9][0-9]", key):
                raise self._refuse(key_node, f"the key {key} is not a text; put it in quotes")
            here = join(pointer, key)
            if key in result:
                raise self._refuse(key_node, f"duplicate key {key!r}; first on line {self.lines[here]}")
            self.lines[here] = key_node.start_mark.line + 1
            result[key] = self._value(item, here)
        return result

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text, tag = node.value, node.tag.removeprefix(_TAG)
        match tag:
            case "str":
                return text
            case "null":
                return None
            case "bool" if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case "int" | "float":
                try:
                    if tag == "float":
                        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
                    return int(text, 0) if text.startswith(("0o", "0x")) else int(text)
                except ValueError:
                    raise self._refuse(node, f"{text[:40]!r} is not a number that can be read") from None
        raise self._refuse(node, f"the YAML tag {node.tag} is not supported here")
