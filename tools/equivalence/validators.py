"""The validators that exports are tried with: for each export, programs of others that judge bodies by it.

A validator takes all payloads at once and answers for each with True, False, or None where it cannot read the text.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from relation_spec.contract import Side
from relation_spec.contract.pointer import split
from relation_spec.export import Exported

__all__ = ["Validator", "json_validators", "openapi_validators", "xml_validators"]

Judge = Callable[[Sequence[bytes]], list[bool | None]]
HERE: Final = Path(__file__).resolve().parent
_SLOW: Final = 3600


class Validator(NamedTuple):
    """A validator by name, made for one export."""

    name: str
    judge: Judge


def _read(body: bytes) -> Any:
    return json.loads(body)  # which drops a byte order mark


def _of_values(is_valid: Callable[[Any], bool]) -> Judge:
    def one(body: bytes) -> bool | None:
        try:
            value = _read(body)
        except (ValueError, RecursionError):
            return None
        try:
            return bool(is_valid(value))
        except (RecursionError, UnicodeEncodeError, OverflowError, ValueError):  # a value that it cannot hold
            return None

    return lambda bodies: [one(body) for body in bodies]


def _ajv(kind: str, schema: Any) -> list[Validator]:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "ajv").is_dir():
        return []

    def judge(bodies: Sequence[bytes]) -> list[bool | None]:
        lines = [json.dumps({"kind": kind, "schema": schema})]
        readable = []
        for body in bodies:
            try:
                lines.append(json.dumps(body.decode()))
                readable.append(True)
            except UnicodeDecodeError:
                readable.append(False)
        done = subprocess.run(
            [node, "--stack-size=4000", HERE / "judge.js"], input="\n".join(lines), capture_output=True, text=True,
            cwd=HERE, timeout=_SLOW, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"ajv: {done.stderr[:2000]}")
        said = iter(done.stdout)
        return [{"1": True, "0": False, "x": None}[next(said)] if able else None for able in readable]

    return [Validator("ajv", judge)]


def json_validators(export: Exported, dialect: str) -> list[Validator]:
    """Those of a JSON Schema, by its dialect."""
    import fastjsonschema
    import jsonschema
    import jsonschema_rs

    schema = json.loads(export.text("json"))
    kind: Any = jsonschema.Draft202012Validator if dialect == "2020-12" else jsonschema.Draft7Validator
    kind.check_schema(schema)
    found = [
        Validator("jsonschema", _of_values(kind(schema).is_valid)),
        Validator("jsonschema-rs", _of_values(jsonschema_rs.validator_for(schema).is_valid)),
    ]
    if dialect == "draft-07":
        compiled = fastjsonschema.compile(schema)

        def fast(value: Any) -> bool:
            try:
                compiled(value)
            except fastjsonschema.JsonSchemaException:
                return False
            return True

        found.append(Validator("fastjsonschema", _of_values(fast)))
    return found + _ajv(dialect, schema)


def openapi_validators(export: Exported, version: str, side: Side, pointer: str) -> list[Validator]:
    """Those of the schema at ``pointer`` in an OpenAPI document; they know what readOnly means on each side."""
    from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, OAS31Validator

    document = json.loads(export.text("json"))
    held = document
    for token in split(pointer):
        if "$ref" in held:
            held = _at(document, held["$ref"][1:])
        held = held[token]
    schemas = document["components"]["schemas"]
    if version == "3.1":
        schema = {**held, "components": {"schemas": schemas}}
        return [Validator("OAS31Validator", _of_values(OAS31Validator(schema).is_valid)), *_ajv("openapi-3.1", schema)]
    # in 3.0 nothing may stand beside a reference
    root = _at(document, held["$ref"][1:]) if "$ref" in held else held
    schema = {**root, "components": {"schemas": schemas}}
    kind: Any = OAS30WriteValidator if side == "request" else OAS30ReadValidator
    name = "OAS30Write" if side == "request" else "OAS30Read"
    return [Validator(name, _of_values(kind(schema).is_valid)), *_ajv("openapi-3.0", schema)]


def _at(document: Any, pointer: str) -> Any:
    for token in split(pointer):
        document = document[token]
    return document


def xml_validators(export: Exported, version: str) -> list[Validator]:
    """Those of an XML Schema."""
    from xml.etree import ElementTree

    import xmlschema
    from lxml import etree

    text = export.text("xml").encode()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    of: list[tuple[str, Callable[[Any], bool]]] = []
    if version == "1.0":
        of.append(("lxml", etree.XMLSchema(etree.fromstring(text)).validate))
        of.append(("xmlschema", xmlschema.XMLSchema10(text.decode()).is_valid))
    else:
        of.append(("xmlschema", xmlschema.XMLSchema11(text.decode()).is_valid))

    def judge(name: str, is_valid: Callable[[Any], bool]) -> Judge:
        def one(body: bytes) -> bool | None:
            try:
                tree: Any = etree.fromstring(body, parser)
            except (etree.XMLSyntaxError, ValueError):
                return None
            if tree.getroottree().docinfo.doctype:
                return None  # which every reader that is safe refuses
            if name == "xmlschema":  # which takes comments for content
                tree = ElementTree.fromstring(etree.tostring(tree))
            return bool(is_valid(tree))

        return lambda bodies: [one(body) for body in bodies]

    return [Validator(name, judge(name, is_valid)) for name, is_valid in of]
