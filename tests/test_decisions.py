"""Every row of docs/decisions.md: the input, judged by every engine and in every form, has just the findings stated."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

import relation_spec
from tests.conftest import ROOT

WRITTEN = {"XML": "application/xml", "form": "application/x-www-form-urlencoded"}
PAGE = ROOT / "docs" / "decisions.md"


class Kind(IntEnum):
    OWNER = 5


class Word(StrEnum):
    EST = "est"


def endless() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


NAMES = {
    "Decimal": Decimal,
    "Fraction": Fraction,
    "Kind": Kind,
    "MappingProxyType": MappingProxyType,
    "Word": Word,
    "datetime": datetime,
    "endless": endless,
}


class Row(NamedTuple):
    place: str
    input: str
    given: str
    side: str
    content_type: str
    findings: list[tuple[str, str]]

    def body(self) -> Any:
        """The sample message with the input in its place."""
        sample = (ROOT / "examples" / f"{self.side}.json").read_bytes()
        if self.given == "XML":
            element = rf"<{self.place}( [^>]*)?(/>|>.*?</{self.place}>)"
            text, count = re.subn(element, lambda _: self.input, self.written("XML"))
            assert count == 1
            return text.encode()
        if self.given == "form":
            others = [field for field in self.written("form").split("&") if field.partition("=")[0] != self.place]
            return "&".join([*others, self.input]).encode()
        names = {**NAMES, "body": sample, "xml": self.written("XML").encode(), "form": b""}
        if self.side == "request":
            names["form"] = self.written("form").encode()
        value = self.input.encode() if self.given == "JSON" else eval(self.input, names)
        if self.place == "body":
            return value
        message = json.loads(sample)
        assert self.place in message
        if self.given == "value":
            return {**message, self.place: value}
        return json.dumps({**message, self.place: "HERE"}).encode().replace(b'"HERE"', value)

    def written(self, given: str) -> str:
        """The sample message as XML, with the prefix of nulls declared, or as a form."""
        contract = relation_spec.load()
        value = json.loads((ROOT / "examples" / f"{self.side}.json").read_bytes())
        encode = contract.encode_request_body if self.side == "request" else contract.encode_response_body
        return encode(value, WRITTEN[given]).decode()


def rows() -> Iterator[Row]:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("| `"):
            continue
        place, source, given, side, findings, _ = (cell.strip() for cell in line.strip("|").split(" | "))
        name, _, content_type = side.partition(", ")
        found = re.findall(r"(warning )?`([a-z-]+)`", findings)
        assert found or findings == "none", f"the findings of this row cannot be read: {line}"
        yield Row(
            place.strip("`"),
            source.strip("`"),
            given,
            name,
            content_type.strip("`") or "application/json",
            sorted(("warning" if warning else "error", code) for warning, code in found),
        )


ROWS = list(rows())


def found(report: relation_spec.Report) -> list[tuple[str, str]]:
    return sorted((finding.severity, finding.code) for finding in report.findings)


def test_the_page_has_rows_of_every_kind() -> None:
    """A page whose rows are no longer recognised must fail, not pass."""
    assert len(ROWS) > 190
    assert {row.given for row in ROWS} == {"JSON", "bytes", "value", "XML", "form"}
    assert {row.side for row in ROWS} == {"request", "response"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.place}-{row.given}-{row.input.encode('ascii', 'replace')}")
def test_a_row_is_judged_as_the_page_says(contract: relation_spec.Contract, row: Row) -> None:
    """docs/decisions.md, for both engines, both calls, strict or not, and for the body as bytes and as text."""
    validate = getattr(contract, f"validate_{row.side}_body")
    is_valid = getattr(contract, f"is_valid_{row.side}_body")
    body = row.body()
    valid = all(severity != "error" for severity, _ in row.findings)
    forms = [body]
    if isinstance(body, bytes) and row.content_type == "application/json" and b"\xef\xbb\xbf" not in body:
        try:
            forms.append(body.decode())
        except UnicodeDecodeError:
            assert ("error", "malformed") in row.findings
    for form in forms:
        for engine in (None, "reference"):
            report = validate(form, row.content_type, engine=engine)
            assert found(report) == row.findings
            assert report.valid is valid
            assert is_valid(form, row.content_type, engine=engine) is valid
            assert is_valid(form, row.content_type, engine=engine, strict=True) is (not row.findings)
