"""Hold the engines against each other over many payloads, and against jsonschema-rs as a third party.

    python tools/differential.py --count 200000 --seed 1 --processes 2

Each payload is a valid value, a value with one rule broken, random JSON, or a body with broken syntax or damaged bytes,
for every body with a schema that the contract describes. For each it must hold:

- accept: what an acceptor takes, as text or as value, the judge finds valid; what the clean one takes, faultless;
- verdict, findings: the explaining engine and the judge agree, on every (code, severity, pointer) too;
- paths: bytes, text and decoded value give the same findings, at the same lines and columns where there is text;
- calls: ``is_valid_*`` is the verdict of ``validate_*``, and strict means without any finding;
- third: jsonschema-rs agrees on the verdict, with its own dates, addresses and patterns, where numbers fit it;
- expected: a payload made to break one rule has the finding of that rule, and no other error.

Prints a table of counts, and every disagreement with the options that run its part again; exit status 1 on any.
"""

import argparse
import collections
import functools
import json
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from typing import Any, Final, NamedTuple

import jsonschema_rs

import relation_spec
from relation_spec.contract import Body, Document, Operation, Side
from relation_spec.contract.checks import schemas
from relation_spec.contract.pointer import join, split
from relation_spec.findings import Report
from relation_spec.media import json_text, media_type
from relation_spec.messages.bodies import Engines
from relation_spec.schema.accept import acceptor
from relation_spec.schema.faults import Faults, tokens
from relation_spec.schema.formats import INTEGER_FORMATS
from relation_spec.strategies.byte_mutations import byte_mutations
from relation_spec.strategies.edges import random_json
from relation_spec.strategies.mutations import mutations
from relation_spec.strategies.values import valid_value

CHUNK: Final = 1000
MANY: Final = 10_000
LONG: Final = 20_000  # longer bodies come in every tenth chunk alone
SHARES: Final = {"mutation": 0.55, "valid": 0.13, "random": 0.1, "text": 0.08}  # the rest is damaged bytes
OF_TEXT: Final = ("duplicate-key", "byte-order-mark")  # findings that a decoded value cannot have


class Payload(NamedTuple):
    """One case: its kind, its body, and the finding it must give as ``(code, pointer)``, a pointer of None for any."""

    kind: str
    body: bytes
    expected: tuple[str, str | None] | None = None
    note: str = ""


class Target:
    """One body of the contract: its schema, its calls, its engines, and the third party's validator."""

    def __init__(self, contract: relation_spec.Contract, operation: Operation, side: Side, status: str) -> None:
        self.name = f"{side} {status}".strip()
        self.side, self.document = side, contract.document
        body = operation.request if side == "request" else operation.responses[status]
        found = next(media for media in body.content.values() if _is_json(media.name)) if body else None
        assert found is not None
        assert found.schema is not None
        self.schema = found.schema
        self.options: dict[str, Any] = {"content_type": found.name, "operation": operation.operation_id}
        if side == "response":
            self.options["status"] = int(status.replace("X", "0").replace("default", "500"))
        self._validate = contract.validate_request_body if side == "request" else contract.validate_response_body
        self._is_valid = contract.is_valid_request_body if side == "request" else contract.is_valid_response_body
        self.engines = Engines(self.document, side)
        self.explain = self.engines.explain.check(self.schema)
        self.accepts = [(clean, acceptor(self.document, side, self.schema, clean=clean)) for clean in (False, True)]
        self.third = third_party(self.document, side, self.schema)
        whole = valid_value(self.document, side, self.schema, random.Random(1), whole=True, clean=True)
        self.weight = 100 + sum(1 for _ in mutations(self.document, side, self.schema, whole))

    def validate(self, body: Any, **options: Any) -> Report:
        return self._validate(body, **self.options, max_findings=MANY, **options)

    def is_valid(self, body: Any, **options: Any) -> bool:
        return self._is_valid(body, **self.options, **options)


def _is_json(name: str) -> bool:
    return media_type.is_json(name.lower())


@functools.lru_cache(maxsize=2)
def targets(contract: relation_spec.Contract) -> list[Target]:
    """Every body that is described, one for each schema and side."""
    found: dict[tuple[str, str], tuple[Operation, Side, str]] = {}
    for operation in contract.document.operations.values():
        bodies: list[tuple[Side, str, Body | None]] = [("request", "", operation.request)]
        bodies += [("response", status, body) for status, body in operation.responses.items()]
        for side, status, body in bodies:
            media = next((m for m in body.content.values() if m.schema and _is_json(m.name)), None) if body else None
            if media and media.schema:
                found.setdefault((side, contract.document.follow(media.schema)), (operation, side, status))
    return [Target(contract, *place) for place in found.values()]


def third_party(document: Document, side: Side, schema: str) -> Any:
    """A jsonschema-rs validator of the rules that count as errors on this side, with its own formats."""
    root = document.to_dict()
    for pointer, _ in schemas(document.get("")):
        held: Any = root
        for token in split(pointer):
            held = held[int(token)] if isinstance(held, list) else held[token]
        if isinstance(held, dict):
            _standardise(held, document, side)
    native = jsonschema_rs.validator_for({"format": "date-time"}, validate_formats=True).is_valid

    def local(text: str) -> bool:
        return bool(native(text)) or bool(native(f"{text}Z"))

    root["$ref"] = f"#{schema}"
    return jsonschema_rs.validator_for(root, validate_formats=True, formats={"local-date-time": local})


def _standardise(schema: dict[str, Any], document: Document, side: Side) -> None:
    """Say by JSON Schema's own keywords what a schema says by ours."""
    extra: list[Any] = []
    if rules := schema.get("x-date-time"):
        bare = rules["offset"] == "optional" and document.severity("missing-offset", side) != "error"
        fraction = f"(\\.[0-9]{{1,{rules['fractionDigits']}}})?" if rules["fractionDigits"] else ""
        offset = "(Z|[+-][0-9]{2}:[0-9]{2})" + ("?" if bare else "")
        pattern = f"^(?!0000)[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}{fraction}{offset}$"
        extra.append({"pattern": pattern, "format": "local-date-time"})
    if names := schema.get("x-flags"):
        one = "|".join(names)
        extra.append({"pattern": f"^({one})(, ({one}))*$"})
    if bounds := INTEGER_FORMATS.get(schema.get("format", "")):
        extra.append({"if": {"type": "integer"}, "then": {"minimum": bounds[0], "maximum": bounds[1]}})
    if "x-null-id" in schema and document.severity("null-id", side) == "error":
        extra.append({"not": {"const": schema["x-null-id"]}})
    if schema.get("readOnly") and document.severity("read-only", side) == "error":
        extra.append(False)
    if "x-closed" in schema and document.severity("unknown-property", side) == "error":
        schema.setdefault("unevaluatedProperties", False)
    if extra:
        schema["allOf"] = [*schema.get("allOf", []), *extra]


def payloads(target: Target, seed: int, chunk: int, count: int) -> Iterator[Payload]:
    """``count`` payloads of every kind, the same for the same seed; chunk after chunk takes up the next mutations."""
    source = random.Random(f"{seed} {chunk} {target.name}")

    def valid(*, clean: bool = False) -> Any:
        whole = source.random() < 0.2
        return valid_value(target.document, target.side, target.schema, source, whole=whole, clean=clean)

    parts = {kind: int(count * share) for kind, share in SHARES.items()}
    base = valid(clean=True)
    broken = list(mutations(target.document, target.side, target.schema, base))
    for made in _turn(broken, chunk, parts["mutation"]):
        text = layout(made.value, source)
        yield Payload(f"mutation {made.code}", text, (made.code, made.pointer), f"{made.pointer} {made.note}")
    plain = json.dumps(base).encode()
    texts = [m for m in byte_mutations(plain) if chunk % 10 == 0 or len(m.body) < LONG] if base else []
    texts = [m for m in texts if target.document.severity(m.code, target.side) != "none"]
    for text_mutation in _turn(texts, chunk, parts["text"]):
        yield Payload(f"text {text_mutation.code}", text_mutation.body, (text_mutation.code, None), text_mutation.note)
    for _ in range(parts["valid"]):
        yield Payload("valid", layout(valid(clean=source.random() < 0.5), source))
    for index in range(parts["random"]):
        value = random_json(source) if index % 4 == 0 else _replaced(valid(), random_json(source), source)
        yield Payload("random", layout(value, source))
    for _ in range(count - sum(parts.values())):
        yield Payload("damaged", damaged(layout(valid(), source), source))


def _turn(items: list[Any], chunk: int, count: int) -> Iterator[Any]:
    """The ``count`` of ``items`` whose turn it is; over the chunks all get theirs, again and again."""
    for index in range(chunk * count, (chunk + 1) * count) if items else ():
        yield items[index % len(items)]


def layout(value: Any, source: random.Random) -> bytes:
    """JSON text of ``value`` in one of many layouts: spaces, line ends, escapes, order."""
    if isinstance(value, dict) and source.random() < 0.2:
        names = list(value)
        source.shuffle(names)
        value = {name: value[name] for name in names}
    indent = source.choice((None, None, None, 2, "\t"))
    separators = source.choice((None, (",", ":"), (" , ", " : ")))
    text = json.dumps(value, ensure_ascii=source.random() < 0.3, indent=indent, separators=separators)
    if indent and source.random() < 0.3:
        text = text.replace("\n", "\r\n")
    return text.encode("utf-8", "surrogatepass")


def _replaced(value: Any, other: Any, source: random.Random) -> Any:
    """``value`` with ``other`` somewhere in it."""
    if isinstance(value, dict) and value and source.random() < 0.95:
        name = source.choice(list(value))
        return {**value, name: _replaced(value[name], other, source)}
    return other


def damaged(body: bytes, source: random.Random) -> bytes:
    """``body`` with a few bytes changed, lost, doubled or added."""
    data = bytearray(body)
    for _ in range(source.randint(1, 3)):
        at = source.randrange(len(data) + 1)
        match source.randrange(5):
            case 0:
                data[at : at + 1] = bytes([source.randrange(256)])
            case 1:
                del data[at : at + source.randint(1, 5)]
            case 2:
                data[at:at] = data[at : at + source.randint(1, 30)]
            case 3:
                data[at : at + 1] = bytes([source.choice(b'"{}[]:,\\0123456789.eE+- \n\tutfna')])
            case 4:
                data[at:at] = source.choice(_INSERTED)
    return bytes(data)


_INSERTED: Final = (
    b'"', b",", b":", b"}", b"1", b"e9", b"e-9", b".0", b".5", b"000000000000000000000", b"\xff", b"\\", b"null", b"{}",
    b"[]", b"\\ud800", b"\\u0041", b"\\ud83d\\ude00", b"\xc3\xa9", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"true",
    b"\x00", b"\r", b"9" * 400,
)  # fmt: skip


def said(report: Report) -> frozenset[tuple[str, str, str]]:
    return frozenset((f.code, f.severity, f.pointer) for f in report.findings)


def placed(report: Report) -> list[Any]:
    return sorted((f.code, f.pointer, f.line or 0, f.column or 0) for f in report.findings)


def without(findings: frozenset[Any], *codes: str) -> frozenset[Any]:
    return frozenset(item for item in findings if item[0] not in codes)


def disagreements(target: Target, payload: Payload, counts: "collections.Counter[str]") -> Iterator[tuple[str, str]]:
    """Everything that does not hold for one payload, as the name of the rule and what was seen."""
    body = payload.body
    report, judge = target.validate(body), target.validate(body, engine="reference")
    seen = said(judge)
    if report.valid != judge.valid:
        yield "verdict", f"explain says {report.valid}, the judge {judge.valid}"
    if said(report) != seen:
        yield "findings", f"they differ: {sorted(said(report) ^ seen)}"
    yield from _calls(target, body, report)
    bodies: list[bytes | str] = [body]
    try:
        bodies.append(text := body.decode())
    except UnicodeDecodeError:
        text = None
    if text is not None:
        of_text = target.validate(text)
        # bytes with zeros in them are told to be UTF-16, at another place than where a text with NULs breaks
        if said(of_text) != said(report) or (b"\0" not in body and placed(of_text) != placed(report)):
            yield "paths", "text and bytes differ"
    for clean, accept in target.accepts:
        for each in bodies:
            if accept and accept.text(each):
                counts[f"accepted as {type(each).__name__}, {'clean' if clean else 'valid'}"] += 1
                if not judge.valid or (clean and without(seen, "duplicate-key")):
                    yield "accept", f"clean={clean} takes a {type(each).__name__} that the judge does not"
    yield from _expected(payload, report)
    value, fault, _ = json_text.decode((text or "").removeprefix("\ufeff"))
    if text is None or fault:
        counts["no value to decode"] += 1
    elif isinstance(value, str):  # it would be read as the text of a body
        counts["no value path: a text"] += 1
    else:
        yield from _decoded(target, value, report, judge, counts)


def _calls(target: Target, body: Any, report: Report) -> Iterator[tuple[str, str]]:
    strict = target.validate(body, strict=True)
    if target.is_valid(body) != report.valid or target.is_valid(body, strict=True) != strict.valid:
        yield "calls", "is_valid differs from validate"
    if strict.valid != (not report.findings) or len(strict) != len(report):
        yield "calls", "strict differs from having no finding"


def _expected(payload: Payload, report: Report) -> Iterator[tuple[str, str]]:
    if payload.kind == "valid" and not report.valid:
        yield "expected", f"a valid value has {sorted(said(report))}"
    if payload.expected is None:
        return
    code, pointer = payload.expected
    hits = [f for f in report.findings if f.code == code and pointer in (None, f.pointer)]
    if not hits or any(f not in hits for f in report.errors if pointer is not None):
        yield "expected", f"{code} at {pointer!r} ({payload.note}), found {sorted(said(report))}"


def _decoded(
    target: Target, value: Any, report: Report, judge: Report, counts: "collections.Counter[str]"
) -> Iterator[tuple[str, str]]:
    """What does not hold for the decoded value."""
    of_value = target.validate(value)
    if said(of_value) != without(said(report), *OF_TEXT):
        yield "paths", f"value and bytes differ: {sorted(said(of_value) ^ said(report))}"
    yield from _calls(target, value, of_value)
    for clean, accept in target.accepts:
        if accept and accept.value(value):
            counts[f"accepted as value, {'clean' if clean else 'valid'}"] += 1
            if not of_value.valid or (clean and without(said(judge), *OF_TEXT)):
                yield "accept", f"clean={clean} takes a value that the judge does not"
    if any(f.code == "malformed" for f in report.findings):
        counts["no value: lone surrogate"] += 1
        return
    out = Faults(MANY)  # asked for itself, since the calls above settle the faultless without it
    target.explain(value, None, None, out)
    noted = out.errors + out.warnings
    direct = frozenset((rule.code, rule.severity, join("", *tokens(path))) for rule, path, _, _ in noted)
    if direct != without(said(judge), *OF_TEXT):
        yield "findings", f"explain alone and the judge differ: {sorted(direct ^ said(judge))}"
    if not _is_exact(value):
        counts["jsonschema-rs skipped: a number that no float holds"] += 1
    elif target.third.is_valid(value) == any(severity == "error" for _, severity, _ in without(said(judge), *OF_TEXT)):
        yield "third", f"jsonschema-rs says {not judge.valid}, the judge {sorted(said(judge))}"


def _is_exact(value: Any) -> bool:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not isinstance(value, Decimal) and all(map(_is_exact, below))


class Outcome(NamedTuple):
    """Counts by target and row, the breaches that were tried, and what did not hold."""

    counts: "collections.Counter[tuple[str, str]]"
    breaches: set[tuple[str, str]]
    wrong: list[str]


def run(seed: int, chunk: int, count: int, spec: str | None = None) -> Outcome:
    """Judge ``count`` payloads, shared out among the bodies of the contract by the number of their rules."""
    every = targets(relation_spec.load(spec))
    outcome = Outcome(collections.Counter(), set(), [])
    for target in every:
        for payload in payloads(target, seed, chunk, count * target.weight // sum(one.weight for one in every)):
            counts: collections.Counter[str] = collections.Counter({payload.kind: 1})
            if payload.note:
                outcome.breaches.add((target.name, f"{payload.kind} {payload.note}"))
            for rule, reason in disagreements(target, payload, counts):
                counts[f"DISAGREEMENT {rule}"] += 1
                again = f"--seed {seed} --chunk {chunk}"
                seen = f"{again}: {target.name} {payload.kind}: {rule}: {reason}"
                outcome.wrong.append(f"{seen}\n    {payload.body[:3000]!r}")
            outcome.counts.update({(target.name, row): number for row, number in counts.items()})
    return outcome


def table(outcome: Outcome) -> str:
    """The counts, one column for each body."""
    names = sorted({name for name, _ in outcome.counts})
    rows = sorted({row for _, row in outcome.counts})
    kinds = [row for row in rows if row.split()[0] in (*SHARES, "damaged")]
    lines = [f"{'':54}" + "".join(f"{name:>14}" for name in names) + f"{'all':>12}"]

    def add(title: str, numbers: list[int]) -> None:
        lines.append(f"{title:54}" + "".join(f"{number:14,}" for number in numbers) + f"{sum(numbers):12,}")

    for row in kinds + [row for row in rows if row not in kinds]:
        add(row, [outcome.counts[name, row] for name in names])
    add("different single breaches", [sum(name == target for target, _ in outcome.breaches) for name in names])
    add("payloads", [sum(outcome.counts[name, row] for row in kinds) for name in names])
    return "\n".join([*lines, f"disagreements: {len(outcome.wrong)}"])


def main() -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="payloads at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--chunk", type=int, help="only this part of the run")
    parser.add_argument("--spec", help="another YAML than the bundled one")
    options = parser.parse_args()
    numbers = range(-(-options.count // CHUNK)) if options.chunk is None else [options.chunk]
    total = Outcome(collections.Counter(), set(), [])
    part = functools.partial(run, options.seed, count=CHUNK, spec=options.spec)
    with ProcessPoolExecutor(options.processes) as pool:
        for outcome in pool.map(part, numbers):
            total.counts.update(outcome.counts)
            total.breaches.update(outcome.breaches)
            total.wrong.extend(outcome.wrong)
    print(table(total))
    print("\n".join(total.wrong[:50]))
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
