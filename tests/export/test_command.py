"""``relation-spec export``: what it writes, and how it tells that a stored export is stale."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from lxml import etree
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

import relation_spec as rs
from relation_spec import export
from relation_spec.contract import yaml_text
from tests.cli.conftest import Run, quick  # noqa: F401 - a fixture
from tests.conftest import ROOT

KINDS = (
    "openapi", "openapi --openapi-version 3.0", "openapi --extensions", "openapi --format json", "jsonschema",
    "jsonschema --dialect draft-07 --side response", "jsonschema --side response --status 400 --format yaml", "xsd",
    "xsd --side response --xsd-version 1.1",
)  # fmt: skip


@pytest.mark.parametrize("arguments", KINDS)
def test_every_kind_is_written_fresh_and_found_fresh(quick: Run, tmp_path: Path, arguments: str) -> None:  # noqa: F811
    name = "made.xsd" if arguments.startswith("xsd") else "made.txt"
    shown = quick("export", *arguments.split())
    assert (shown.status, shown.err) == (0, "")
    assert quick("export", *arguments.split(), "--output", name) == (0, "", "")
    assert (tmp_path / name).read_text(encoding="utf-8") == shown.out
    assert quick("export", *arguments.split(), "--output", name, "--check") == (0, f"{name} is fresh\n", "")
    text = shown.out
    if name == "made.xsd":
        assert etree.fromstring(text.encode()).tag == "{http://www.w3.org/2001/XMLSchema}schema"
    elif text.startswith("{"):
        assert json.loads(text)
    else:
        assert yaml.safe_load(text) == yaml_text.parse(text.encode(), "made").value


def test_a_stale_export_is_told_with_the_difference(
    quick: Run, tmp_path: Path, edited: Callable[..., Path]  # noqa: F811
) -> None:  # fmt: skip
    assert quick("export", "openapi", "--output", "relation.yaml").status == 0
    newer = edited(("        Reversed:\n", "        Direction:\n"))
    stale = quick("export", "openapi", "--output", "relation.yaml", "--check", "--spec", str(newer))
    assert stale.status == 1
    assert "-        Reversed:" in stale.out
    assert "+        Direction:" in stale.out
    assert stale.err == "relation.yaml is stale; write it again without --check\n"
    assert "Reversed" in (tmp_path / "relation.yaml").read_text()


def test_the_format_follows_the_name_of_the_file(quick: Run, tmp_path: Path) -> None:  # noqa: F811
    for name, first in (("a.json", "{"), ("a.yaml", "openapi:"), ("a.yml", "openapi:"), ("a", "openapi:")):
        assert quick("export", "openapi", "-o", name).status == 0
        assert (tmp_path / name).read_text().startswith(first)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("openapi --check", "--check needs --output"),
        ("openapi --dialect draft-07", "--dialect does not go with openapi"),
        ("openapi --side request", "--side does not go with openapi"),
        ("jsonschema --openapi-version 3.0", "--openapi-version does not go with jsonschema"),
        ("xsd --format json", "--format does not go with xsd"),
        ("jsonschema --status 400", "--status goes with --side response"),
        ("jsonschema --side response --status 418", "saveRelation has no response 418"),
        ("xsd --operation other", "no operation 'other'"),
        ("jsonschema --check -o missing.json", "missing.json cannot be read"),
        ("jsonschema -o missing/made.json", "missing/made.json cannot be written"),
        ("raml", "'raml' is not one of"),
    ],
)
def test_wrong_use_is_told(quick: Run, arguments: str, said: str) -> None:  # noqa: F811
    ran = quick("export", *arguments.split())
    assert ran.status == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("extensions", [False, True])
@pytest.mark.parametrize("spec", [None, ROOT / "tests" / "suites" / "orders.openapi.yaml"], ids=["bundled", "orders"])
def test_openapi_exports_are_valid_openapi(spec: Path | None, extensions: bool) -> None:
    for version, validator in (("3.1", OpenAPIV31SpecValidator), ("3.0", OpenAPIV30SpecValidator)):
        made = export.openapi(rs.load(spec), version=version, extensions=extensions)
        assert not list(validator(json.loads(made.text("json"))).iter_errors())
        ours = json.dumps(made.value).count('"x-provenance"')
        assert bool(ours) is (extensions and spec is None)


def test_the_list_stands_in_the_header_of_every_export() -> None:
    for made in (export.json_schema(), export.json_schema(dialect="draft-07", side="response")):
        for entry in made.not_enforced:
            assert f"- {entry}" in made.value["$comment"].splitlines()
    for version in ("3.1", "3.0"):
        made = export.openapi(version=version)
        assert made.value["x-not-enforced"] == [entry.to_dict() for entry in made.not_enforced]
        assert made.not_enforced
    for version in ("1.0", "1.1"):
        text = export.xsd(version=version)
        assert all(f"- {entry}" in text.text() for entry in text.not_enforced)


def test_an_identifier_stays_while_title_and_version_do(edited: Callable[..., Path]) -> None:
    identifier = export.json_schema().value["$id"]
    assert identifier == "urn:relation-spec:Relation:1.0.0:saveRelation:request:2020-12"
    changed = rs.load(edited(("        Reversed:\n", "        Direction:\n")))
    assert export.json_schema(changed).value["$id"] == identifier
    newer = rs.load(edited(("  version: 1.0.0", "  version: 1.1.0")))
    assert export.json_schema(newer).value["$id"] == identifier.replace("1.0.0", "1.1.0")


def test_wrong_calls_are_refused() -> None:
    for call in (
        lambda: export.openapi(version="2.0"),  # type: ignore[arg-type]
        lambda: export.json_schema(dialect="draft-04"),  # type: ignore[arg-type]
        lambda: export.json_schema(side="both"),  # type: ignore[arg-type]
        lambda: export.xsd(version="2.0"),  # type: ignore[arg-type]
        lambda: export.xsd().text("json"),
    ):
        with pytest.raises(rs.WrongCallError):
            call()


def test_the_typed_calls_can_be_called() -> None:
    runpy.run_path(str(ROOT / "tests" / "typing" / "export_face.py"), run_name="__main__")
