"""What an export does not say as the contract means it: the list in the header of every export.

An :class:`Unsaid` names a rule by the code of its findings and its pointer in the contract, and says why it is not
enforced; or, with ``stricter``, what is refused although the contract lets it pass.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple

from relation_spec.contract import Document, Side
from relation_spec.contract.checks import subschemas
from relation_spec.contract.document import target
from relation_spec.contract.pointer import join, split
from relation_spec.schema.formats import INTEGER_FORMATS, integer_bounds
from relation_spec.schema.rules import CODES_BY_KEYWORD, make_rule

__all__ = ["Kind", "Unsaid", "Unsaids", "lines", "rules_at", "rules_below"]

Kind = Literal["schema", "text", "message"]


class Unsaid(NamedTuple):
    """One entry of the list.

    Attributes:
        code: of the findings that the rule gives.
        pointer: the rule's place in the contract (RFC 6901).
        reason: why the export does not say it, or what it refuses.
        side: whose messages it is about.
        kind: whether it is about values (``schema``), how they are written (``text``) or what is around the body
            (``message``).
        stricter: whether the export refuses what the contract takes, instead of taking what the contract refuses.
        places: patterns of pointers into the body, with ``*`` for one step; the rule is unsaid there alone, or
            everywhere where there are none.
    """

    code: str
    pointer: str
    reason: str
    side: Side
    kind: Kind = "schema"
    stricter: bool = False
    places: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The entry as plain data, as it stands in ``x-not-enforced``."""
        held: dict[str, Any] = {"code": self.code, "pointer": self.pointer, "side": self.side, "reason": self.reason}
        if self.stricter:
            held["stricter"] = True
        return {**held, "places": list(self.places)} if self.places else held

    def __str__(self) -> str:
        at = f" (at {', '.join(self.places)})" if self.places else ""
        return f"{self.code} {self.pointer} in {self.side}s{at}: {self.reason}"


class Unsaids:
    """Collects entries, each once."""

    def __init__(self) -> None:
        self._held: dict[tuple[Any, ...], Unsaid] = {}

    def add(self, entry: Unsaid) -> None:
        """Note ``entry``; the places of equal ones are joined."""
        key = (entry.code, entry.pointer, entry.side, entry.stricter, bool(entry.places))
        held = self._held.get(key)
        if held is not None:
            entry = held._replace(places=tuple(dict.fromkeys([*held.places, *entry.places])))
        self._held[key] = entry

    def extend(self, entries: Iterable[Unsaid]) -> None:
        """Note every one of ``entries``."""
        for entry in entries:
            self.add(entry)

    def entries(self) -> tuple[Unsaid, ...]:
        """Everything noted: stricter ones last, else in order of side, kind, code and pointer."""
        return tuple(sorted(self._held.values(), key=lambda e: (e.stricter, e.side, _ORDER[e.kind], e.code, e.pointer)))


_ORDER: Final[dict[Kind, int]] = {"schema": 0, "text": 1, "message": 2}


def lines(entries: Iterable[Unsaid]) -> list[str]:
    """The list as text, a line for each entry under the line that says which kind follows."""
    found = list(entries)
    wider = [f"- {entry}" for entry in found if not entry.stricter]
    stricter = [f"- {entry}" for entry in found if entry.stricter]
    made = ["Not enforced here (code and rule of the contract):", *wider] if wider else []
    return [*made, "Refused here although the contract takes it:", *stricter] if stricter else made


def rules_at(document: Document, side: Side, pointer: str) -> Iterator[tuple[str, str]]:
    """Code and pointer of every error that the keyword at ``pointer``, and what is below it, can give."""
    above, _, token = pointer.rpartition("/")
    keyword = split(f"/{token}")[0]
    value = document.get(pointer)
    if keyword in CODES_BY_KEYWORD and _forbids(keyword, value):
        yield from _rule(document, side, above, keyword)
        if keyword == "oneOf":
            yield "ambiguous", pointer
    inner = [below for below, _ in subschemas({keyword: value}, above)]
    for below in inner:
        if value is not False:
            yield from rules_below(document, side, below)


def _rule(document: Document, side: Side, schema: str, keyword: str) -> Iterator[tuple[str, str]]:
    rule = make_rule(document, side, schema, keyword)
    if rule is not None and rule.severity == "error":
        yield rule.code, rule.pointer


def rules_below(document: Document, side: Side, pointer: str) -> Iterator[tuple[str, str]]:
    """Code and pointer of every error that the schema at ``pointer`` and those below it can give."""
    seen: set[str] = set()
    waiting = [pointer]
    while waiting:
        here = waiting.pop(0)
        schema = document.get(here)
        if here in seen:
            continue
        seen.add(here)
        if schema is False:
            yield "forbidden", here
        elif isinstance(schema, dict) and integer_bounds(schema):
            yield "range", join(here, "format")
        if not isinstance(schema, dict):
            continue
        for keyword in schema:
            if keyword not in CODES_BY_KEYWORD or not _forbids(keyword, schema[keyword]):
                continue
            yield from _rule(document, side, here, keyword)
        if "$ref" in schema:
            waiting.append(target(schema["$ref"]))
        waiting += [below for below, _ in subschemas(schema, here) if not below.startswith(join(here, "$defs"))]


def _forbids(keyword: str, value: Any) -> bool:
    """Whether a keyword with this value can give findings of its own."""
    if keyword == "format" and value in INTEGER_FORMATS:
        return False  # whose bounds are told by those that a schema states
    if keyword == "readOnly":
        return bool(value)
    return (
        keyword not in ("additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems") or value is False
    )
