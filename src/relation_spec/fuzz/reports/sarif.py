"""The report in SARIF 2.1.0, which code scanning takes: the places are the lines of the contract that are broken."""

import json
import os
from typing import Any
from urllib.parse import quote

from relation_spec import __version__
from relation_spec.fuzz.checks import CHECKS
from relation_spec.fuzz.files import shown_path
from relation_spec.fuzz.model import Result
from relation_spec.fuzz.showing import Shower

__all__ = ["written"]


def written(result: Result, shower: Shower) -> str:
    """The report as SARIF."""
    held, uri = shower.result(result), quote(os.fsencode(shown_path(result.contract)))
    rules = [
        {"id": name, "shortDescription": {"text": about.looks_for}, "defaultConfiguration": {"level": "error"}}
        for name, about in CHECKS.items()
    ]
    invocation: dict[str, Any] = {"executionSuccessful": result.untested is None}
    if notes := [*([held["untested"]] if held["untested"] is not None else []), *held["holes"]]:
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": text}} for text in notes]
    run = {
        "tool": {"driver": {"name": "relation-spec", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [_result(one, uri) for one in held["defects"]],
        "properties": {name: held[name] for name in ("target", "seed", "cases", "requests", "digest")},
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, default=str) + "\n"


def _result(one: dict[str, Any], uri: str) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if one["spec_line"]:
        place["region"] = {"startLine": one["spec_line"]}
    return {
        "ruleId": one["check"],
        "ruleIndex": list(CHECKS).index(one["check"]),
        "level": "warning" if one["flaky"] else "error",
        "message": {"text": f"{one['title']}: {one['message']}"},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": one["place"]}]}],
        "partialFingerprints": {"relationSpec/v1": f"{one['check']} {one['place']} {one['cause']}"},
        "properties": {name: one[name] for name in ("basis", "spec_pointer", "curl")},
    }
