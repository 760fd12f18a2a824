"""Every breach of every rule, at every place, on both sides, in every media type: does each give exactly its finding?

    python -m tools.breaches [--spec PATH] [--every N]

Each is made in the smallest valid body and in one with everything in it, and judged by the explaining engine and by the
reference, as a value (in JSON) and as bytes. So are the breaches of the formats themselves. With ``--every N`` one of N
is tried. Exit status: 0 all gave exactly their finding; 1 some did not.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import relation_spec
from relation_spec.contract import Side, UnencodableValueError
from relation_spec.messages.decoding import kind_of
from relation_spec.strategies.byte_mutations import Text
from relation_spec.strategies.choosing import SteadyRandom
from relation_spec.strategies.making import Making, making
from relation_spec.strategies.values import valid_value


class Tried(NamedTuple):
    """One broken body, what was to be found, and what was."""

    about: str
    wanted: frozenset[tuple[str, str, str]]
    found: frozenset[tuple[str, str, str]]
    agreed: bool

    @property
    def is_right(self) -> bool:
        return self.agreed and self.found == self.wanted


def bodies(contract: relation_spec.Contract) -> Iterator[tuple[Side, int, str]]:
    """Side, status and media type of each body that this package reads."""
    maker = making(contract)
    sides: list[tuple[Side, int]] = [("request", 200)] if maker.operation.request else []
    sides += [("response", status) for status in maker.responses.statuses]
    for side, status in sides:
        yield from ((side, status, name) for name in maker.body(side, status).content if kind_of(name))


def bases(maker: Making, side: Side, status: int, content_type: str) -> Iterator[Any]:
    """The smallest body, and one with everything in it that the media type can carry, without a finding."""
    schema, source = maker.media(side, status, content_type).schema, SteadyRandom(2)
    for size in ("least", "whole") if schema else ():
        options: dict[str, Any] = {size: True, "clean": True}
        while True:
            value = valid_value(maker.contract.document, side, schema or "", source, **options)
            if _encoded(maker, side, status, content_type, value) is not None:
                yield value
                break


def _encoded(maker: Making, side: Side, status: int, content_type: str, value: Any) -> bytes | None:
    try:
        return maker.encoded(side, value, content_type, status)
    except UnencodableValueError:
        return None


def judged(contract: relation_spec.Contract, side: Side, status: int, content_type: str, body: Any) -> Any:
    """The findings of the explaining engine, and whether the others agree."""
    if side == "request":
        validate: Any = contract.validate_request_body
        is_valid: Any = contract.is_valid_request_body
        more: dict[str, Any] = {}
    else:
        validate, is_valid, more = contract.validate_response_body, contract.is_valid_response_body, {"status": status}
    report = validate(body, content_type, **more)
    judge = validate(body, content_type, engine="reference", **more)
    found = frozenset((finding.code, finding.where, finding.pointer) for finding in report.findings)
    same = found == {(finding.code, finding.where, finding.pointer) for finding in judge.findings}
    return found, same and is_valid(body, content_type, **more) == report.valid


def tried(contract: relation_spec.Contract, side: Side, status: int, content_type: str, every: int = 1,
          first: int = 0) -> Iterator[Tried]:  # fmt: skip
    """Each breach of bodies of one media type; of ``every`` so many one, but each rule at each place at least once."""
    maker = making(contract)
    breaches = maker.breaches(side, maker.media(side, status, content_type))
    chosen = [
        mutation for places in breaches.rules.values() for held in places for way, mutation in enumerate(held, first)
        if way == first or way % every == 0
    ]  # fmt: skip
    for base in bases(maker, side, status, content_type):
        for mutation in chosen:
            broken = breaches.value(mutation, base)
            written = _encoded(maker, side, status, content_type, broken.body)
            about = f"{side} {status} {content_type}: {mutation.rule} at {mutation.pointer}: {mutation.note}"
            values = [broken.body] if kind_of(content_type) == "json" else []
            values += [] if written is None else [written]  # not every media type can carry every breach
            for value in values:
                found, agreed = judged(contract, side, status, content_type, value)
                yield Tried(about, broken.breach.findings, found, agreed)
        yield from _texts(contract, side, status, content_type, base)


def _texts(contract: relation_spec.Contract, side: Side, status: int, content_type: str, base: Any) -> Iterator[Tried]:
    """Each breach of the format, in the text of one body."""
    maker = making(contract)
    breaches = maker.breaches(side, maker.media(side, status, content_type))
    text = Text(maker.encoded(side, base, content_type, status))
    for kind, rules in breaches.kinds.items():
        for rule in rules:
            if rule.make(text) is None:
                continue
            body, breach = breaches.malformed((rule,), text.body, some=False)
            found, agreed = judged(contract, side, status, content_type, body)
            yield Tried(f"{side} {status} {content_type}: {kind}: {rule.note}", breach.findings, found, agreed)


def main() -> int:
    """Try them, and tell how many there were."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spec", help="another YAML than the bundled one")
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    contract, wrong = relation_spec.load(options.spec), 0
    for side, status, content_type in bodies(contract):
        begun, count = time.monotonic(), 0
        for one in tried(contract, side, status, content_type, options.every):
            count += 1
            if not one.is_right:
                wrong += 1
                print(f"{one.about}\n  wanted {sorted(one.wanted)}\n  found  {sorted(one.found)}, agreed {one.agreed}")
        print(f"{side} {status} {content_type}: {count} broken bodies, {time.monotonic() - begun:.1f} s", flush=True)
    print(f"{wrong} did not give exactly their finding")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
