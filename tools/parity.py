"""Hold the media types against each other: the same message has the same findings in every one of them.

    python tools/parity.py --count 2000 --seed 1 --processes 2
    python tools/parity.py --round-trips 20000

For generated values of each side, and for every rule of the schema broken once in each of them, the set of findings, as
(code, pointer), must be the same in every media type of that side. What a media type cannot carry is refused when the
body is written; each such refusal must be one of :data:`EXCEPTIONS`, and is counted. With ``--round-trips`` that many
values per media type are written and read back instead, and must be the same. Exit status 1 on any difference.
"""

import argparse
import collections
import functools
import random
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final, NamedTuple

import relation_spec
from relation_spec.contract import Side, UnencodableValueError
from relation_spec.messages.decoding import Decoder, kind_of
from relation_spec.schema.json_type import json_equal
from relation_spec.strategies.mutations import mutations
from relation_spec.strategies.values import valid_value

__all__ = ["EXCEPTIONS", "Outcome", "differences", "round_trips"]

EXCEPTIONS: Final = {
    "XML 1.0 cannot carry the character": "control characters, U+FFFE and U+FFFF are no characters of XML 1.0",
    "is no XML name": "the empty name is no name of an element",
    "XML it would be read as": "texts have no types of their own: a number, boolean or empty value where the schema "
    "expects another type is the text that it is written as, and a text that reads as an expected number is one",
    "form it would be read as": "the same in forms",
    "XML found an array": "XML has no arrays of its own; a repeated element is one only where the schema says so",
    "form cannot carry this array": "forms have no arrays of their own; a repeated field is one only where the schema "
    "says so",
    "form carries named fields": "a form is an object, never another value",
    "form cannot carry a name with brackets": "brackets in names mean nesting",
    "form cannot carry a null without a name": "null is written as a name alone",
}
"""What media types cannot carry, by a part of the reason with which it is refused."""

_WORDS: Final = {name: re.sub("^(XML|form) ", "", name) for name in EXCEPTIONS}


class Outcome(NamedTuple):
    """Counts, and every difference."""

    counts: "collections.Counter[str]"
    wrong: list[str]


def exception_of(kind: str | None, reason: str) -> str | None:
    """Which of :data:`EXCEPTIONS` a refusal is."""
    label = "form" if kind == "form" else "XML"
    return next((n for n, w in _WORDS.items() if w in reason and (label in n or n == w)), None)


def cases(document: Any, side: Side, schema: str, source: random.Random, write: Any) -> Iterator[tuple[str, Any]]:
    """A valid value that every media type carries, and one breach of each rule at each place of it; unknown names count
    once for each object. A breach that every media type carries is preferred.
    """
    value = valid_value(document, side, schema, source)
    while any(isinstance(held, UnencodableValueError) for held in write(value).values()):
        value = valid_value(document, side, schema, source)
    yield "valid", value
    broken: dict[tuple[str, str], list[Any]] = {}
    for made in mutations(document, side, schema, value):
        place = made.pointer.rpartition("/")[0] if made.code == "unknown-property" else made.pointer
        broken.setdefault((made.code, place), []).append(made)
    for (code, _), made_all in broken.items():
        tried = source.sample(made_all, min(len(made_all), 6))
        whole = (t for t in tried if not any(isinstance(h, UnencodableValueError) for h in write(t.value).values()))
        yield code, next(whole, tried[0]).value


def sides(contract: relation_spec.Contract) -> Iterator[tuple[Side, Any, Any, Any]]:
    """Each side with its media types, its call and its writing call."""
    operation = contract.document.operation()
    yield "request", operation.request, contract.validate_request_body, contract.encode_request_body
    yield "response", operation.response(200), contract.validate_response_body, contract.encode_response_body


def said(report: relation_spec.Report) -> set[tuple[str, str]]:
    """What a report finds."""
    return {(finding.code, finding.pointer) for finding in report.findings}


def differences(seed: int, number: int, spec: str | None = None) -> Outcome:
    """One generated value of each side, whole and broken, in every media type."""
    contract = relation_spec.load(spec)
    outcome = Outcome(collections.Counter(), [])
    for side, body, validate, encode in sides(contract):
        schema = next(media.schema for media in body.content.values())
        write = functools.partial(_every_kind, encode, list(body.content))
        for code, value in cases(contract.document, side, schema, random.Random(f"{seed} {side} {number}"), write):
            expected: set[tuple[str, str]] | None = None
            written = write(value)
            for name in body.content:
                kind = kind_of(name)
                held = written[kind]
                if isinstance(held, UnencodableValueError):
                    exception = exception_of(kind, held.reason)
                    outcome.counts[f"{side} cannot carry: {exception}"] += 1
                    if exception is None:
                        outcome.wrong.append(f"{side} {name} {code}: an exception that is not listed: {held}")
                    continue
                found = said(validate(held, name, max_findings=10_000))
                expected = found if expected is None else expected
                outcome.counts[f"{side} {name}"] += 1
                if found != expected:
                    odd = sorted(found ^ expected)
                    outcome.wrong.append(
                        f"--seed {seed} #{number} {side} {name} {code}: {odd[:5]}\n    {held[:2000]!r}"
                    )
    return outcome


def _every_kind(encode: Any, names: list[str], value: Any) -> dict[str | None, bytes | UnencodableValueError]:
    """The body of ``value`` in each kind of media type, or why there is none."""
    return {kind: _written(encode, value, name) for kind, name in {kind_of(name): name for name in names}.items()}


def _written(encode: Any, value: Any, name: str) -> bytes | UnencodableValueError:
    try:
        body: bytes = encode(value, name)
    except UnencodableValueError as error:
        return error
    return body


def round_trips(seed: int, count: int, part: int, spec: str | None = None) -> Outcome:
    """``count`` values for every media type, written and read back."""
    contract = relation_spec.load(spec)
    outcome = Outcome(collections.Counter(), [])
    for side, body, _, encode in sides(contract):
        for name, media in body.content.items():
            source, decoder, carried = (
                random.Random(f"{seed} {side} {name} {part}"),
                Decoder(contract.document, media),
                0,
            )
            while carried < count:
                value = valid_value(contract.document, side, media.schema, source)
                written = _written(encode, value, name)
                if isinstance(written, UnencodableValueError):
                    exception = exception_of(kind_of(name), written.reason)
                    outcome.counts[f"{side} {name} cannot carry: {exception}"] += 1
                    if exception is None:
                        outcome.wrong.append(f"{side} {name}: an exception that is not listed: {written}")
                    continue
                carried += 1
                if not json_equal(_read(decoder, written), value):
                    outcome.wrong.append(f"{side} {name}: {written[:2000]!r}")
            outcome.counts[f"{side} {name} round trips"] += carried
    return outcome


def _read(decoder: Decoder, body: bytes) -> Any:
    if decoder.kind == "json":
        from relation_spec.media import json_text

        return json_text.decode(body.decode())[0]
    return decoder.value(body, None)


def main() -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50, help="generated values of each side")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--round-trips", type=int, help="write and read back that many values per media type instead")
    parser.add_argument("--spec", help="another YAML than the bundled one")
    options = parser.parse_args()
    total = Outcome(collections.Counter(), [])
    with ProcessPoolExecutor(options.processes) as pool:
        if options.round_trips:
            share = -(-options.round_trips // 20)
            work = functools.partial(round_trips, options.seed, share, spec=options.spec)
            outcomes = pool.map(work, range(20))
        else:
            outcomes = pool.map(functools.partial(differences, options.seed, spec=options.spec), range(options.count))
        for outcome in outcomes:
            total.counts.update(outcome.counts)
            total.wrong.extend(outcome.wrong)
    for row, number in sorted(total.counts.items()):
        print(f"{row:80}{number:12,}")
    print(f"differences: {len(total.wrong)}")
    print("\n".join(total.wrong[:30]))
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
