"""Loading: what is refused, with its line, and that an edited YAML is followed by everything."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from tests.conftest import SPEC, said

REFUSALS = {
    "a duplicate key": (
        (
            "      required: [SourceContactId,",
            "      type: object\n      type: object\n      required: [SourceContactId,",
        ),
        "duplicate key 'type'",
    ),
    "bad YAML": (("openapi: 3.1.0", "openapi: [3.1.0"), "bad YAML"),
    "a reference to nowhere": (("'#/components/schemas/DateTime'", "'#/components/schemas/Date'"), "leads to nothing"),
    "a reference out of the file": (
        ("'#/components/schemas/DateTime'", "'other.yaml#/DateTime'"),
        "leads out of the file",
    ),
    "a reference in a circle": (
        ("    Text:\n", "    Text:\n      $ref: '#/components/schemas/Text'\n"),
        "refers to itself in place",
    ),
    "an unknown extension": (
        ("x-null-id: 0", "x-nul-id: 0"),
        "unknown extension 'x-nul-id'; did you mean 'x-null-id'?",
    ),
    "an extension with a wrong value": (("fractionDigits: 7", "fractionDigits: many"), "x-date-time: 'many' is not"),
    "an extension in a wrong place": (
        ("  title: Relation", "  title: Relation\n  x-closed: true"),
        "x-closed may stand on Schema",
    ),
    "a choice without a reason": (("x-provenance: seen", "x-provenance: choice"), "must give its x-reason"),
    "a keyword that is not enforced": (("format: uri", "contentEncoding: base64"), "'contentEncoding' is not enforced"),
    "a misspelt keyword": (("      minimum:", "      minimun:"), "did you mean 'minimum'?"),
    "a format that is not enforced": (("format: uri", "format: hostname"), "the format 'hostname' is not enforced"),
    "a pattern that cannot be enforced": (
        ("^[A-Za-z0-9_+./:()-]+( [A-Za-z0-9_+./:()-]+)*$", "'^\\p{L}{2}$'"),
        "cannot be enforced",
    ),
    "a form's style that is not enforced": (
        ("CreatedBy: {style: deepObject", "CreatedBy: {style: pipeDelimited"),
        "not enforced",
    ),
    "a null of another media type": (("x-null: bare-name", "x-null: xsi-nil"), "goes with another kind"),
    "a key that equals nothing": (("x-equals: XsrfCookie", "x-equals: Cookie"), "names no security scheme"),
    "a parameter's style": (
        ("      style: form\n", "      style: pipeDelimited\n"),
        "of a query parameter is not enforced",
    ),
    "invalid OpenAPI": (("  version: 1.0.0\n", ""), "not valid OpenAPI 3.1"),
    "another OpenAPI": (("openapi: 3.1.0", "openapi: 3.0.3"), "must be OpenAPI 3.1"),
    "a schema that needs an endless value": (
        (
            "    Links:\n      description: A map from link name to absolute address, or null. Which names appear is up to the server.\n      type: [object, 'null']",
            "    Links:\n      description: x\n      type: object\n      required: [Self]\n      properties: {Self: {$ref: '#/components/schemas/Links'}}",
        ),
        "no finite value",
    ),
    "a key that is no text": (("  title: Relation", "  true: Relation"), "is not a text"),
    "an old boolean is a text now": (("type: boolean", "type: no"), "not a JSON Schema"),
}


@pytest.mark.parametrize(("change", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_a_broken_contract_is_refused_with_file_line_and_reason(
    edited: Callable[..., Path], change: tuple[str, str], reason: str
) -> None:
    path = edited(change)
    with pytest.raises(rs.UnusableContractError) as caught:
        rs.load(path)
    assert caught.value.file == str(path)
    assert caught.value.line is not None
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"{path}:{caught.value.line}: ")


def test_the_line_of_a_refusal_is_that_of_the_fault(edited: Callable[..., Path]) -> None:
    path = edited(("format: uri", "format: hostname"))
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "format: hostname" in text)
    with pytest.raises(rs.UnusableContractError) as caught:
        rs.load(path)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no YAML document"),
        (b"\xff\xfe", "not UTF-8"),
        (b"- a", "must be an OpenAPI document"),
        (b"a: &a [*a]", "bad YAML"),
        (b"a: !!python/object:os.system x", "tag"),
        (b"[" * 100_000, "bad YAML"),
        (
            b"a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + b"".join(b"%c: &%c [%s]\n" % (c, c, b", ".join([b"*%c" % (c - 1)] * 10)) for c in range(98, 106)),
            "aliases multiply",
        ),
    ],
)
def test_odd_files_are_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(data)
    with pytest.raises(rs.ContractError, match=reason):
        rs.load(path)


def test_a_missing_file_and_a_directory_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(rs.UnusableContractError, match="cannot be read"):
            rs.load(path)


def test_the_same_file_gives_the_same_object_until_it_changes(edited: Callable[..., Path]) -> None:
    assert rs.load() is rs.load()
    path = edited(("summary: Save a relation", "summary: Save"))
    first = rs.load(path)
    assert rs.load(path) is first
    path.write_text(path.read_text().replace("maximum: 2147483647", "maximum: 10"))
    assert rs.load(path) is not first


def test_a_contract_cannot_be_changed(contract: rs.Contract) -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        contract.document = None  # type: ignore[assignment]
    contract.document.to_dict()["openapi"] = "changed"
    assert contract.document.get("/openapi") == "3.1.0"
    with pytest.raises(TypeError):
        contract.document.operations["x"] = None  # type: ignore[index]


def test_an_edited_copy_is_followed_without_a_line_of_python(
    edited: Callable[..., Path], request_body: dict[str, Any]
) -> None:
    path = edited(
        ("        Comment:\n", "        Remark:\n"),
        ("- Comment\n", "- Remark\n"),
        (
            "        Reversed:\n",
            "        Weight:\n          description: How much it counts.\n          type: integer\n          minimum: 1\n          maximum: 5\n          x-provenance: choice\n          x-reason: A test.\n        Reversed:\n",
        ),
        ("AnonymousAssociate, SystemAssociate]", "AnonymousAssociate, SystemAssociate, RobotAssociate]"),
        ("maximum: 2147483647", "maximum: 1000"),
        (
            "          text/json:\n            x-provenance: page\n            schema: {$ref: '#/components/schemas/ContactRelationEntityToSave'}\n",
            "",
        ),
    )
    contract = rs.load(path)
    body = {key: value for key, value in request_body.items() if key != "Comment"}
    body |= {"Remark": "x", "Weight": 5, "CreatedBy": {"Type": "RobotAssociate"}}
    for engine in (None, "reference"):
        assert contract.validate_request_body(body, engine=engine).findings == ()
        assert said(contract.validate_request_body(json.dumps({**body, "Weight": 6}), engine=engine)) == {
            ("range", "/Weight")
        }
        assert said(contract.validate_request_body({**body, "Comment": "x"}, engine=engine)) == {
            ("unknown-property", "/Comment")
        }
        assert said(contract.validate_request_body({**body, "RelationId": 1001}, engine=engine)) == {
            ("range", "/RelationId")
        }
    assert {f.code for f in contract.validate_request_body(body, "text/json")} == {"unsupported-media-type"}
    assert rs.load().validate_request_body(request_body).valid


def test_several_operations_need_a_name(tmp_path: Path, edited: Callable[..., Path]) -> None:
    text = SPEC.read_text()
    block = text[text.index("  /api/v1/Relation:\n") : text.index("components:\n")]
    other = block.replace("/api/v1/Relation:", "/api/v1/Other:").replace("saveRelation", "saveOther")
    path = tmp_path / "two.yaml"
    path.write_text(text.replace("components:\n", other + "components:\n", 1))
    contract = rs.load(path)
    with pytest.raises(rs.ContractError, match="say operation=, one of: saveRelation, saveOther"):
        contract.validate_request_body(b"{}")
    assert not contract.is_valid_request_body(b"{}", operation="saveOther")
    with pytest.raises(rs.ContractError, match="no operation 'x'"):
        contract.validate_request_body(b"{}", operation="x")
