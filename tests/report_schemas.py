"""What others say that reports look like: JUnit XML, SARIF 2.1.0 and HAR 1.2, by their schemas in ``data/report-schemas``."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, Draft6Validator, FormatChecker
from lxml import etree
from referencing import Registry
from referencing.jsonschema import DRAFT6

SCHEMAS = Path(__file__).parent / "data" / "report-schemas"
SUREFIRE_TIME = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d{0,3})?|\d+\.\d{0,3}")


@cache
def _junit() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))


@cache
def _sarif() -> Draft4Validator:
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema, format_checker=FormatChecker())


@cache
def _har() -> Draft6Validator:
    schemas = {path.name: json.loads(path.read_text("utf-8")) for path in (SCHEMAS / "har").glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (uri, DRAFT6.create_resource(schema)) for name, schema in schemas.items() for uri in (name, f"{name}#")
    )
    return Draft6Validator(schemas["har.json"], registry=registry, format_checker=FormatChecker())


def junit_faults(text: str | bytes) -> list[str]:
    """What Jenkins would say of JUnit XML, and what Maven Surefire asks for beyond that."""
    root = etree.fromstring(text if isinstance(text, bytes) else text.encode())
    schema = _junit()
    schema.validate(root)
    return [str(error) for error in schema.error_log] + list(_surefire_faults(root))


def _surefire_faults(root: Any) -> list[str]:
    """Surefire's schema: suites count what was skipped, cases have a time, failures and errors a type."""
    needed = {"testsuite": ("name", "tests", "failures", "errors", "skipped"), "testcase": ("name", "time"),
              "failure": ("type",), "error": ("type",)}  # fmt: skip
    found = [f"{element.tag} without {name}" for tag, names in needed.items() for element in root.iter(tag)
             for name in names if element.get(name) is None]  # fmt: skip
    times = [element.get("time") for element in root.iter("testsuite", "testcase") if element.get("time")]
    return found + [f"no time: {text}" for text in times if not SUREFIRE_TIME.fullmatch(text)]


def sarif_faults(text: str) -> list[str]:
    """What the schema of SARIF 2.1.0 says."""
    return [f"{error.json_path}: {error.message}" for error in _sarif().iter_errors(json.loads(text))]


def har_faults(text: str) -> list[str]:
    """What the schemas of HAR 1.2 say."""
    return [f"{error.json_path}: {error.message}" for error in _har().iter_errors(json.loads(text))]
