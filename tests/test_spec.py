"""The YAML: all of the vendor's page is in it, and everything in it says where it comes from."""

import json
from pathlib import Path
from typing import Any

import pytest

import relation_spec
from relation_spec.contract.checks import walk
from relation_spec.contract.document import Document
from relation_spec.contract.vocabulary import ANNOTATIONS, ASSERTIONS, EXTENSIONS, MEANINGS

PAGE = json.loads((Path(__file__).parent / "page.json").read_text())
TYPES = {"Integer": "Int32", "int32": "Int32", "String": "Text", "string": "Text", "Associate": "Associate"}
DOCUMENT = relation_spec.load().document
WALKED = list(walk(DOCUMENT.get("")))


def headers(document: Document) -> set[str]:
    """Every request header that the YAML describes, wherever OpenAPI wants it."""
    found = {value["name"] for kind, _, value in WALKED if kind == "Parameter" and value.get("in") == "header"}
    schemes = [value for kind, _, value in WALKED if kind == "SecurityScheme"]
    found |= {scheme["name"] for scheme in schemes if scheme.get("in") == "header"}
    if any(scheme["type"] == "http" for scheme in schemes):
        found.add("Authorization")
    operation = document.operation()
    found |= {"Content-Type"} if operation.request else set()
    return found | ({"Accept"} if len(operation.responses["200"].content) > 1 else set())


def test_the_operation_is_the_page_s() -> None:
    operation = DOCUMENT.operation()
    assert (operation.method, operation.path) == (PAGE["method"], PAGE["path"])


def test_every_header_of_the_page_is_described() -> None:
    assert headers(DOCUMENT) == set(PAGE["headers"])


def test_every_query_parameter_of_the_page_is_described() -> None:
    names = [value["name"] for kind, _, value in WALKED if kind == "Parameter" and value.get("in") == "query"]
    assert names == PAGE["query"]


def test_every_media_type_of_the_page_is_described() -> None:
    operation = DOCUMENT.operation()
    assert operation.request is not None
    assert list(operation.request.content) == PAGE["request_media_types"]
    assert list(operation.responses["200"].content) == PAGE["response_media_types"]


def test_every_scheme_of_the_page_is_described() -> None:
    schemes = {
        value["scheme"].lower() for kind, _, value in WALKED if kind == "SecurityScheme" and value["type"] == "http"
    }
    assert schemes == {scheme.lower() for scheme in PAGE["schemes"]}
    assert len(DOCUMENT.get("/paths/~1api~1v1~1Relation/post/security")) == 4


def test_error_answers_are_described() -> None:
    assert list(DOCUMENT.operation().responses) == [
        "200",
        "400",
        "401",
        "403",
        "405",
        "406",
        "413",
        "415",
        "500",
        "503",
    ]


@pytest.mark.parametrize(("name", "type_"), [*PAGE["request_properties"].items(), *PAGE["response_properties"].items()])
def test_every_property_of_the_page_is_described_with_its_type(name: str, type_: str) -> None:
    held = DOCUMENT.get("/components/schemas/ContactRelationEntity/properties")[name]
    target = held["$ref"].rpartition("/")[2]
    expected = "DateTime" if name.endswith("Date") else TYPES.get(type_, name.lstrip("_"))
    assert target == expected


def test_both_samples_of_the_page_are_valid_without_finding(contract: relation_spec.Contract) -> None:
    for name, validate in (
        ("SampleRequest", contract.validate_request_body),
        ("SampleResponse", contract.validate_response_body),
    ):
        value = DOCUMENT.get(f"/components/examples/{name}/value")
        for body in (value, json.dumps(value), json.dumps(value, indent=2).encode()):
            for engine in (None, "reference"):
                assert validate(body, engine=engine).findings == ()


@pytest.mark.parametrize(
    ("kind", "pointer", "value"),
    [
        item
        for item in WALKED
        if item[0]
        in ("Schema", "Parameter", "Response", "MediaType", "Operation", "RequestBody", "SecurityScheme", "Header")
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_everything_says_where_it_comes_from(kind: str, pointer: str, value: Any) -> None:
    if value in (True, False) or ("$ref" in value and (kind != "Schema" or set(value) == {"$ref"})):
        return
    assert value.get("x-provenance") in ("page", "seen", "vendor", "choice")
    assert ("x-reason" in value) == (value["x-provenance"] == "choice")


@pytest.mark.parametrize("pointer", [p for kind, p, v in WALKED if kind == "Schema" and "/properties/" in p], ids=str)
def test_every_property_is_described_once(pointer: str) -> None:
    held = DOCUMENT.get(pointer)
    narrowing = pointer.startswith("/components/schemas/ContactRelationEntityWithLinks/properties/")
    described = "description" in held or set(held) == {"$ref"}
    assert described != narrowing


def test_every_extension_in_use_is_documented_at_the_top_of_the_file() -> None:
    head = DOCUMENT.text.decode().partition("openapi: 3.1.0")[0]
    used = {name for _, _, value in WALKED if isinstance(value, dict) for name in value if name.startswith("x-")}
    assert used == set(EXTENSIONS)
    assert all(f"#   {name} " in head for name in EXTENSIONS)


def test_engines_enforce_every_keyword_that_the_vocabulary_promises() -> None:
    from relation_spec.schema.explain import ASSERTED

    schema_extensions = {n for n, e in EXTENSIONS.items() if "Schema" in e.objects and n not in MEANINGS}
    assert set(ASSERTIONS) | schema_extensions == ASSERTED
    assert not set(ASSERTIONS) & set(ANNOTATIONS)
