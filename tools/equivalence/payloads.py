"""Payloads to try exports with: valid ones, ones with exactly one rule broken, and texts broken below any schema.

Made from the contract alone, and the same for the same seed.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice, zip_longest
from typing import Any, Final, NamedTuple

import relation_spec
from relation_spec.contract import Document, Side, UnencodableValueError
from relation_spec.limits import MAX_BODY_BYTES, MAX_DEPTH
from relation_spec.strategies.byte_mutations import Text, byte_mutations
from relation_spec.strategies.markup_mutations import XML_RULES
from relation_spec.strategies.mutations import Mutation, mutations
from relation_spec.strategies.values import valid_value

__all__ = ["Payload", "in_xml", "large", "payloads", "xml_payloads"]

_SHARES: Final = {"valid": 0.25, "text": 0.05}  # the rest has one rule broken
_DIGITS: Final = ("{}.00000000000000000001", "{}.0000000000000001e0")
_TRIES: Final = 1000
_BEST_OF: Final = 8
_OFTEN: Final = 8
_HERE: Final = "number goes here"
_ROUND: Final = ("{}.0", "{}e0", "{}0e-1")


_DEEP: Final = b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1)
_ODD_XML: Final = (
    ('encoding="utf-8"', 'encoding="UTF-8" standalone="yes"'),
    ("?>", "?><!-- a --><?b c?>"),
    ("</", "<!-- a --></"),
    (">1</", "> +001 </"),
)


class Payload(NamedTuple):
    """One body: what was done to it, and the code of the broken rule (``""`` for a valid one)."""

    kind: str
    code: str
    body: bytes
    value: Any = None


def payloads(
    document: Document,
    side: Side,
    schema: str,
    count: int,
    seed: int,
    usable: Callable[[Any], bool] = lambda value: True,
    early: Callable[[Any], bool] = lambda value: False,
) -> Iterator[Payload]:
    """``count`` JSON bodies; broken ones and what they are made of are ``usable``, and ``early`` ones come first."""
    source = random.Random(f"{seed} {side}")
    parts = {kind: int(count * share) for kind, share in _SHARES.items()}

    def drawn(*, whole: bool, clean: bool) -> Any:
        """A usable value; of whole ones the longest of several, since many have null where others have an object."""
        values = (valid_value(document, side, schema, source, whole=whole, clean=clean) for _ in range(_TRIES))
        found = islice((value for value in values if usable(value)), _BEST_OF if whole else 1)
        return max(found, key=lambda value: len(json.dumps(value)))

    everything = drawn(whole=True, clean=False)
    yield Payload("valid", "", json.dumps(everything).encode(), everything)
    base = drawn(whole=True, clean=True)
    for index in range(parts["valid"]):
        value = drawn(whole=False, clean=index % 2 == 0)
        yield Payload("valid", "", json.dumps(value, ensure_ascii=index % 2 == 0).encode(), value)
    texts = _by_turns(_texts(document, side, base))
    for index in range(parts["text"]):
        yield texts[index % len(texts)]
    left = count - sum(parts.values())
    while left > 0:
        for made in _in_turns(list(mutations(document, side, schema, base)), early):
            if left <= 0:
                return
            if not usable(made.value):
                continue
            left -= 1
            body = json.dumps(made.value, ensure_ascii=False).encode("utf-8", "surrogatepass")
            yield Payload("broken", made.code, body, made.value)
        base = drawn(whole=False, clean=True)


def _in_turns(made: list[Mutation], early: Callable[[Any], bool]) -> Iterator[Mutation]:
    """A breach of each rule, then the next of each: ``early`` ones first, then by turns a deep and a shallow one."""
    groups: dict[tuple[str, str], list[Mutation]] = {}
    for one in made:
        groups.setdefault((one.code, one.rule), []).append(one)
    arranged = []
    for held in groups.values():
        told = [one for one in held if early(one.value)]
        rest = sorted((one for one in held if not early(one.value)), key=lambda one: -len(one.place))
        half = -(-len(rest) // 2)
        pairs = zip_longest(rest[:half], rest[half:][::-1])
        arranged.append([*told, *(one for pair in pairs for one in pair if one is not None)])
    return (one for turn in zip_longest(*arranged) for one in turn if one is not None)


def _texts(document: Document, side: Side, base: Any) -> Iterator[Payload]:
    """Bodies that are broken, or odd, in their text alone."""
    yield from (
        Payload("text", made.code, made.body)
        for made in byte_mutations(json.dumps(base).encode())
        if document.severity(made.code, side) != "none" and len(made.body) < 100_000
    )
    for name in (name for name, value in base.items() if type(value) is int):
        for form in (*_DIGITS, *_ROUND):
            text = json.dumps({**base, name: _HERE}).replace(f'"{_HERE}"', form.format(base[name]))
            yield Payload("digits" if form in _DIGITS else "round", "type" if form in _DIGITS else "", text.encode())


def _by_turns(made: Iterator[Payload]) -> list[Payload]:
    """One of each kind and code, then the next of each; those first that readers can read."""
    groups: dict[tuple[str, str], list[Payload]] = {}
    for payload in sorted(made, key=lambda one: not _is_readable(one.body)):
        groups.setdefault((payload.kind, payload.code), []).append(payload)
    return [payload for turn in zip_longest(*groups.values()) for payload in turn if payload is not None]


def _is_readable(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def large(made: list[Payload], is_valid: Callable[[bytes], bool], *, xml: bool) -> Payload:
    """A body longer than this package reads, and valid but for that.

    Raises:
        LookupError: where no body of ``made`` has a text that may be any.
    """
    for one in sorted(made, key=lambda one: -len(one.body)):
        body = re.sub(rb"([:>] ?-?[0-9]+)\.0\b", rb"\1", one.body)  # whole numbers written as such
        for found in re.finditer(rb"<[A-Za-z]+>([^<]+)</" if xml else rb'": "([^"\\]*)"', body):
            head, tail = body[: found.start(1)], body[found.end(1) :]
            if is_valid(head + b"x" + tail):
                return Payload("large", "too-large", head + b"x" * MAX_BODY_BYTES + tail)
    raise LookupError("no body has a text that may be any")


def in_xml(contract: relation_spec.Contract, side: Side, value: Any, media: str, **options: Any) -> bytes | None:
    """``value`` as this package writes it in XML, or None where XML cannot carry it."""
    write = contract.encode_request_body if side == "request" else contract.encode_response_body
    try:
        return write(value, media, **options)
    except UnencodableValueError:
        return None


def xml_payloads(
    contract: relation_spec.Contract, side: Side, made: Iterator[Payload], media: str, **options: Any
) -> Iterator[Payload]:
    """The same payloads in XML, and XML that is broken or odd in its text alone."""
    base: bytes | None = None
    for payload in made:
        if payload.kind not in ("valid", "broken"):
            continue
        body = in_xml(contract, side, payload.value, media, **options)
        if body is not None:
            yield payload._replace(body=body)
            base = base or re.sub(rb"(>-?[0-9]+)\.0<", rb"\1<", body)  # the first one has everything in it
    if base is None:
        return
    yield from _xml_texts(base)


def _xml_texts(base: bytes) -> Iterator[Payload]:
    """XML that is broken, or odd, in its text alone."""
    for rule in XML_RULES:
        broken = rule.make(Text.__new__(_Xml).of(base))
        if broken is not None:
            yield Payload("text", rule.code, broken)
    seen: Counter[bytes] = Counter()
    for found in re.finditer(rb'<([A-Za-z]+)(?:(?: xsi:nil="true")?/>|>[^<]*</\1>)', base):
        seen[found[1]] += 1
        if seen[found[1]] < _OFTEN:  # an object in place of a text
            yield Payload(
                "broken",
                "type",
                base[: found.start()] + b"<%b><b>c</b></%b>" % (found[1], found[1]) + base[found.end() :],
            )
    for old, new in _ODD_XML:
        if old.encode() in base:
            yield Payload("text", "", base.replace(old.encode(), new.encode(), 1))
    for found in re.finditer(rb"(?<=>)</([A-Za-z_]+)>", base):  # the end of an object
        yield Payload("text", "too-deep", base[: found.start()] + _DEEP + base[found.start() :])
    for found in list(re.finditer(rb"<([A-Za-z]+)>(?:-?[0-9]+|true|false)</", base))[:3]:
        first = b"<%b>x</%b>" % (found[1], found[1])
        yield Payload("text", "duplicate-key", base[: found.start()] + first + base[found.start() :])
    for found in re.finditer(rb">(-?[0-9]+)</", base):
        for form in _ROUND[:2]:
            text = form.format(found[1].decode()).encode()
            yield Payload("round", "", base[: found.start(1)] + text + base[found.end(1) :])
    for found in list(re.finditer(rb"<([A-Za-z]+)>[^<]+</", base))[:5]:
        for more in (b' xml:lang="de"', b' a="1"', b' xsi:nil="false"'):
            yield Payload("text", "", base[: found.end(1)] + more + base[found.end(1) :])


class _Xml(Text):
    def of(self, body: bytes) -> "_Xml":
        self.body, self.text, self.opened = body, body.decode(), body.rstrip()[:-1]
        return self
