"""Hold the engines against each other over many payloads, and against jsonschema-rs as a third party.

    python tools/differential.py --count 200000 --seed 1 --processes 2

Each payload is a valid value, a value with one rule broken, random JSON, or a body with damaged bytes. It must hold:
what accepts (both tiers, text and value) is valid for the judge; explain and the judge agree on the verdict and on
every (code, pointer); bytes, text and decoded value agree; ``is_valid_*`` is ``validate_*``'s verdict, strict or not;
jsonschema-rs agrees where numbers fit it. Prints a table of counts and every disagreement; exit status 1 on any.
"""

import argparse
import collections
import json
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

import jsonschema_rs

import relation_spec
from relation_spec.contract import Side
from relation_spec.findings import Report
from relation_spec.schema.accept import acceptor
from relation_spec.schema.formats import FORMATS
from relation_spec.schema.rules import text_format
from relation_spec.strategies.mutations import byte_mutations, mutations
from relation_spec.strategies.values import random_json, valid_value

MEDIA = "application/json"


class Payload(NamedTuple):
    """One case: what kind it is, its body as bytes, and the finding it must give (or None)."""

    kind: str
    body: bytes
    code: str | None = None
    pointer: str = ""


class Target:
    """One side of the contract: its schema, its calls, and the third party's validator of it."""

    def __init__(self, contract: relation_spec.Contract, side: Side) -> None:
        self.side, self.document = side, contract.document
        operation = self.document.operation()
        body = operation.request if side == "request" else operation.response(200)
        assert body is not None and (schema := body.content[MEDIA].schema) is not None
        self.schema = schema
        named = "request" if side == "request" else "response"
        self.validate = getattr(contract, f"validate_{named}_body")
        self.is_valid = getattr(contract, f"is_valid_{named}_body")
        self.accepts = [acceptor(self.document, side, schema, clean=clean) for clean in (False, True)]
        self.third = third_party(contract, side, schema)
        ref = self.document.get(schema).get("$ref", "#" + schema)[1:]
        self.root = ref


def third_party(contract: relation_spec.Contract, side: Side, schema: str) -> Any:
    """A jsonschema-rs validator of the rules that count as errors on this side."""
    document = contract.document
    formats: dict[str, Any] = {name: form.check for name, form in FORMATS.items()}

    def translated(value: Any) -> Any:
        if isinstance(value, list):
            return [translated(item) for item in value]
        if not isinstance(value, dict):
            return value
        made = {key: translated(item) for key, item in value.items() if not key.startswith("x-")}
        for keyword in ("x-date-time", "x-flags"):
            if keyword in value and (form := text_format(keyword, value[keyword])):
                name = f"form-{len(formats)}"
                formats[name] = form.check
                made["format"] = name
        if "x-closed" in value and document.severity("unknown-property", side) == "error":
            made["unevaluatedProperties"] = False
        return made

    root = {"$ref": "#" + schema, "paths": document.get("/paths"), "components": translated(document.get("/components"))}
    return jsonschema_rs.Draft202012Validator(root, formats=formats, validate_formats=True)


def payloads(target: Target, seed: int, count: int) -> Iterator[Payload]:
    """``count`` payloads of every kind, the same for the same seed."""
    source = random.Random(seed)
    made = 0
    while made < count:
        value = valid_value(target.document, (target.root,), source, whole=source.random() < 0.1)
        if source.random() < 0.5 or target.side == "response":
            whole = valid_value(target.document, (target.schema,), source)
            value = whole
        body = dumps(value)
        batch = [Payload("valid", body)]
        broken = list(mutations(target.document, target.side, target.schema, value))
        batch += [Payload("mutation", dumps(m.value), m.code, m.pointer) for m in source.sample(broken, 12)]
        texts = [m for m in byte_mutations(body) if len(m.body) < 20_000]
        batch += [Payload("text", m.body, m.code) for m in source.sample(texts, 3)]
        batch += [Payload("random", dumps(random_json(source))) for _ in range(2)]
        batch += [Payload("bytes", damaged(body, source)) for _ in range(3)]
        yield from batch[: count - made]
        made += len(batch)


def dumps(value: Any) -> bytes:
    """JSON text of a value, now and then in another layout."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def damaged(body: bytes, source: random.Random) -> bytes:
    """``body`` with a few bytes changed, lost or added."""
    data = bytearray(body)
    for _ in range(source.randint(1, 3)):
        at = source.randrange(len(data) + 1)
        match source.randrange(3):
            case 0:
                data[at : at + 1] = bytes([source.randrange(256)])
            case 1:
                del data[at : at + source.randint(1, 5)]
            case 2:
                data[at:at] = source.choice((b'"', b",", b":", b"}", b"1", b"e9", b".0", b"\xff", b"\\", b"null", b"\\ud800"))
    return bytes(data)


def found(report: Report) -> set[tuple[str, str, str]]:
    """What a report says, without words."""
    return {(f.code, f.severity, f.pointer) for f in report.findings}


def disagreements(target: Target, payload: Payload) -> Iterator[str]:
    """Everything that does not hold for one payload."""
    body = payload.body
    report = target.validate(body, max_findings=1000)
    judge = target.validate(body, max_findings=1000, engine="reference")
    strict = target.validate(body, strict=True)
    if report.valid != judge.valid:
        yield f"explain says {report.valid}, the judge {judge.valid}"
    if found(report) != found(judge):
        yield f"findings differ: {sorted(found(report) ^ found(judge))}"
    if target.is_valid(body) != report.valid or target.is_valid(body, strict=True) != strict.valid:
        yield "is_valid differs from validate"
    if strict.valid != (not judge.findings):
        yield "strict differs from the judge"
    texts: list[Any] = [body]
    try:
        texts.append(body.decode())
    except UnicodeDecodeError:
        pass
    for accept, clean in zip(target.accepts, (False, True), strict=True):
        for text in texts:
            if accept and accept.text(text) and not (judge.valid if not clean else not found(judge) - duplicates(judge)):
                yield f"accept (clean={clean}) takes a text that the judge does not"
    for text in texts[1:]:
        if found(target.validate(text, max_findings=1000)) != found(report):
            yield "text and bytes differ"
    yield from decoded(target, body, report, judge)
    if payload.code is not None and not expected(payload, report):
        yield f"no {payload.code} at {payload.pointer!r}: {sorted(found(report))}"
    if payload.kind == "valid" and not report.valid:
        yield f"a valid value has {sorted(found(report))}"


def expected(payload: Payload, report: Report) -> bool:
    """Whether the report has the finding that the payload was made for; damage of the text may lie at any place."""
    places = [pointer for code, _, pointer in found(report) if code == payload.code]
    return bool(places) if payload.kind == "text" else payload.pointer in places


def duplicates(report: Report) -> set[tuple[str, str, str]]:
    """The findings that accept's clean tier leaves to a look at the text."""
    return {item for item in found(report) if item[0] == "duplicate-key"}


def decoded(target: Target, body: bytes, report: Report, judge: Report) -> Iterator[str]:
    """What does not hold for the decoded value."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    if isinstance(value, str):  # a decoded text cannot be told from the text of a body
        return
    if any(f.code in ("malformed", "too-deep", "byte-order-mark") for f in report.findings):
        return
    of_value = target.validate(value, max_findings=1000)
    if found(of_value) != found(report) - duplicates(report):
        yield f"value and bytes differ: {sorted(found(of_value) ^ found(report))}"
    if found(target.validate(value, engine="reference", max_findings=1000)) != found(of_value):
        yield "value: explain and the judge differ"
    if target.is_valid(value) != of_value.valid:
        yield "value: is_valid differs from validate"
    for accept, clean in zip(target.accepts, (False, True), strict=True):
        if accept and accept.value(value) and not (of_value.valid if not clean else not of_value.findings):
            yield f"accept (clean={clean}) takes a value that the judge does not"
    if in_range(value) and target.third.is_valid(value) != of_value.valid:
        yield f"jsonschema-rs says {not of_value.valid}"


def in_range(value: Any) -> bool:
    """Whether jsonschema-rs holds every number of ``value`` exactly."""
    match value:
        case dict():
            return all(map(in_range, value.values()))
        case list():
            return all(map(in_range, value))
        case bool():
            return True
        case int() | float():
            return abs(value) < 2**63
    return True


def run(seed: int, count: int, spec: str | None = None) -> tuple[collections.Counter[str], list[str]]:
    """Judge ``count`` payloads, half of each side; the counts by kind and what did not hold."""
    contract = relation_spec.load(spec)
    counts: collections.Counter[str] = collections.Counter()
    wrong: list[str] = []
    sides: tuple[Side, ...] = ("request", "response")
    for side in sides:
        target = Target(contract, side)
        for payload in payloads(target, seed, count // 2):
            counts[f"{side} {payload.kind}"] += 1
            for reason in disagreements(target, payload):
                counts["DISAGREEMENTS"] += 1
                if len(wrong) < 50:
                    wrong.append(f"seed {seed} {side} {payload.kind}: {reason}\n    {payload.body[:2000]!r}")
    return counts, wrong


def main() -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--spec")
    options = parser.parse_args()
    chunk = 2000
    chunks = [(options.seed * 1_000_000 + index, chunk, options.spec) for index in range(-(-options.count // chunk))]
    counts: collections.Counter[str] = collections.Counter()
    wrong: list[str] = []
    with ProcessPoolExecutor(options.processes) as pool:
        for some, reasons in pool.map(run, *zip(*chunks, strict=True)):
            counts += some
            wrong += reasons
    for kind, number in sorted(counts.items()):
        print(f"{number:>10,}  {kind}")
    print(f"{sum(n for k, n in counts.items() if k[0] != 'D'):>10,}  payloads, {counts['DISAGREEMENTS']} disagreements")
    for reason in wrong[:50]:
        print(reason)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
