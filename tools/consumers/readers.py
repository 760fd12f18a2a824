"""Rows of validators, linters and makers of pages that read the OpenAPI documents."""

import http.client
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import relation_spec
from tools.bench.run import environment
from tools.consumers.rows import Known, Row
from tools.consumers.workshop import ROOT, Refusal, Workshop
from tools.schemathesis.complaints import AS_WRITTEN
from tools.schemathesis.run import serving as serving_for_schemathesis
from tools.schemathesis.run import tried
from tools.side_by_side.prism import serving as prism

__all__ = ["ROWS", "plain_post"]

DOCUMENTS: Final = ("relation.yaml", "openapi-3.1.yaml", "openapi-3.0.yaml")
_ALL: Final = " ".join(DOCUMENTS)
_BASIC: Final = {"Authorization": "Basic ZGVtbzpkZW1v"}  # demo:demo
_UNEVALUATED: Final = Known(
    "an unknown property got 200 without a violation",
    "it passes over `unevaluatedProperties`. With the schema `{type: object, properties: {b: {type: integer}}, "
    'unevaluatedProperties: false}` for a body, `prism mock` answers 200 to `{"c": 1}`; with `additionalProperties` in '
    "its place 422. The exports say `additionalProperties`, and are enforced.",
)
_CASES: Final = 100  # of each operation, beside those that Schemathesis always makes


def plain_post(url: str, body: bytes, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Post a body as JSON: the status, the header fields in lower case, and the body of the answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def _spec_validator(shop: Workshop) -> str:
    said = shop.do(f"python -m openapi_spec_validator {_ALL}")
    if said.count(": OK") != len(DOCUMENTS):
        raise Refusal(said)
    return f"{len(DOCUMENTS)} of {len(DOCUMENTS)} documents OK"


def _redocly_lint(shop: Workshop) -> str:
    said = shop.do(f"redocly lint --config redocly.yaml --format json {_ALL}")
    decoder, judged = json.JSONDecoder(), 0
    while said.startswith("{"):  # an object for each document, and then words
        held, end = decoder.raw_decode(said)
        said, judged = said[end:].lstrip(), judged + 1
        if any(held["totals"].values()):
            raise Refusal(json.dumps([one["message"] for one in held["problems"]]))
    if judged != len(DOCUMENTS):
        raise Refusal(f"{judged} of {len(DOCUMENTS)} documents were judged")
    return f"no errors and no warnings in {len(DOCUMENTS)} documents"


def _redocly_docs(shop: Workshop) -> str:
    sizes = []
    for name in DOCUMENTS:
        page = f"{Path(name).stem}.html"
        shop.do(f"redocly build-docs {name} --output {page}")
        text = shop.has(page).read_text(encoding="utf-8")
        if "SourceContactId" not in text or "Save a relation" not in text:
            raise Refusal(f"{page} does not show the operation")
        sizes.append(f"{len(text) // 1000} kB")
    return f"{len(DOCUMENTS)} pages ({', '.join(sizes)}), each with the operation and its properties"


def _spectral(shop: Workshop) -> str:
    shop.do(f"spectral lint --ruleset .spectral.yaml --fail-severity=hint {_ALL}")
    return f"no findings, hints included, in {len(DOCUMENTS)} documents"


def _prism(shop: Workshop, *documents: str) -> str:
    node, modules = shop.prism
    good = (shop.folder / "request.json").read_bytes()
    broken = (shop.folder / "broken.json").read_bytes()
    for name in documents:
        shop.commands.append(f"prism mock {name}")
        with prism(modules, node, shop.folder / name) as (port, _):
            url = f"http://127.0.0.1:{port}/api/v1/Relation"
            status, fields, body = plain_post(url, good, **_BASIC)
            if status != 200 or "sl-violations" in fields:
                raise Refusal(f"{name}: the sample got {status} {fields.get('sl-violations', '')}")
            if not relation_spec.validate_response_body(body).valid:
                raise Refusal(f"{name}: its answer breaks the contract")
            status, fields, _said = plain_post(url, broken, **_BASIC)
            if status < 400 and "Coment" not in fields.get("sl-violations", ""):
                raise Refusal(f"an unknown property got {status} without a violation")
    return f"by {len(documents)} exports: the sample gets 200 and a valid answer, an unknown property is refused"


def _schemathesis(shop: Workshop) -> str:
    python = environment(shop.envs / "schemathesis", ROOT / "tools" / "schemathesis" / "requirements.txt")
    document = shop.folder / "openapi-3.1.yaml"
    shop.commands.append(f"schemathesis run openapi-3.1.yaml --url URL --checks all --max-examples {_CASES}")
    folder = shop.folder / "schemathesis"
    folder.mkdir()
    with serving_for_schemathesis(folder) as server:
        outcome = tried(python, server, (AS_WRITTEN, document), 1, _CASES)
        breaches = server.breaches()
    if outcome.trouble or breaches:
        raise Refusal((outcome.trouble + breaches)[0])
    if outcome.unknown:
        case, complaint = outcome.unknown[0]
        raise Refusal(f"{complaint.check}: {complaint.says}; {case.media} {case.body[:200]}")
    known = ", ".join(f"{count} {kind.partition(': ')[2]}" for kind, count in sorted(outcome.known.items()))
    accepted = sum(200 <= (case.status or 0) < 300 for case in outcome.cases)
    return (
        f"{len(outcome.cases)} cases, {accepted} of them accepted; no complaint but what tools/schemathesis explains "
        f"({known or 'none'})"
    )


def _openapi_core(shop: Workshop) -> str:
    requirements = ROOT / "tools" / "bench" / "requirements-openapi-core.txt"
    python = environment(shop.envs / "openapi-core", requirements)
    step = ROOT / "tools" / "side_by_side" / "openapi_core.py"
    for name in ("openapi-3.1.json", "openapi-3.0.json"):
        requests = [_asked(shop, body) for body in ("request.json", "broken.json")]
        given = {"spec": json.loads((shop.folder / name).read_bytes()), "requests": requests}
        said = json.loads(shop.do(f"{python} -P {step}", given=json.dumps(given), show=f"OpenAPI.from_dict({name})"))
        good, broken = said["said"]
        if good or not any("Coment" in words for _, words in broken):
            raise Refusal(f"{name}: of the sample {good}, of an unknown property {broken}")
    return "by both exports: iter_request_errors finds nothing in the sample, and names an unknown property"


def _asked(shop: Workshop, body: str) -> dict[str, Any]:
    headers = {**_BASIC, "Content-Type": "application/json", "Accept": "application/json"}
    text = (shop.folder / body).read_text(encoding="utf-8")
    return {"method": "POST", "path": "/api/v1/Relation", "query": "", "headers": headers, "body": text}


ROWS: Final = (
    Row("openapi-spec-validator", "openapi-spec-validator", _spec_validator),
    Row("redocly lint", "@redocly/cli", _redocly_lint),
    Row("redocly build-docs", "@redocly/cli", _redocly_docs),
    Row("spectral", "@stoplight/spectral-cli", _spectral),
    Row("prism", "@stoplight/prism-cli", lambda shop: _prism(shop, *DOCUMENTS[1:])),
    Row("prism, the YAML as written", "@stoplight/prism-cli", lambda shop: _prism(shop, DOCUMENTS[0]), _UNEVALUATED),
    Row("schemathesis", "schemathesis", _schemathesis),
    Row("openapi-core", "openapi-core", _openapi_core),
)
