"""Breaches inside bodies: every rule of a schema, and of the format that carries it, to be chosen and made in any body.

In: a contract, a side and a media type. Out: broken values or broken bytes, each with the :class:`Breach` that tells
which finding they must give.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import Any, Final, NamedTuple, TypeVar

from relation_spec.contract import Document, MediaType, Side, UnencodableValueError, WrongCallError
from relation_spec.messages.decoding import Decoder, Kind
from relation_spec.strategies.byte_mutations import JSON_RULES, ByteRule, Text
from relation_spec.strategies.choosing import Chooser
from relation_spec.strategies.drafts import Breach
from relation_spec.strategies.edits import edited
from relation_spec.strategies.markup_mutations import FORM_RULES, XML_RULES
from relation_spec.strategies.mutations import Mutation, sites
from relation_spec.strategies.values import NoValueError

__all__ = ["BYTE_RULES", "BodyBreaches", "Broken", "named"]

BYTE_RULES: Final[dict[Kind, tuple[ByteRule, ...]]] = {
    "json": tuple(rule for rule in JSON_RULES if not rule.is_large),
    "xml": XML_RULES,
    "form": FORM_RULES,
}
"""The breaches of each format, without those whose bodies are very long."""

_Held = TypeVar("_Held")
_TURNS: Final = 12  # of a place; fine enough for shares, and a list that stays short
_WHOLE: Final = 2.5  # of a rule for each of a place: rules come first


class Broken(NamedTuple):
    """A broken body, as a value or as bytes, and what is broken."""

    body: Any
    breach: Breach


def named(held: Mapping[str, _Held], rule: str | None, codes: Mapping[str, str]) -> Mapping[str, _Held]:
    """Those of ``held`` that ``rule`` names: by their keys, the keywords at the end of these, or the codes of their
    findings.

    Raises:
        WrongCallError: where it names none.
    """
    if rule is None:
        return held
    found = {key: item for key, item in held.items() if rule in (key, codes[key], key.rpartition("/")[2])}
    if not found:
        from difflib import get_close_matches

        known = sorted({*held, *codes.values()})
        near = get_close_matches(rule, known, 3) or sorted(set(codes.values()))
        raise WrongCallError(f"no rule or code {rule!r} can be broken here; there are: {', '.join(near)}")
    return found


def _in_turns(rules: Mapping[str, tuple[tuple[Mutation, ...], ...]]) -> Iterator[tuple[Mutation, ...]]:
    """The breaches of each rule at each place, so often that each rule gets its turn, and each place as well: a rule of
    many places may be broken at any, and a place of many rules by any.
    """
    at = Counter(held[0].place for places in rules.values() for held in places)
    for places in rules.values():
        for held in places:
            share = max(_WHOLE / len(places), 1 / at[held[0].place])
            yield from [held] * max(1, round(_TURNS * share))


class BodyBreaches:
    """The breaches of bodies of one media type on one side."""

    def __init__(self, document: Document, side: Side, media: MediaType) -> None:
        self._document, self._side, self._media = document, side, media
        self._decoder = Decoder(document, media)
        self._turns: dict[str | None, tuple[tuple[Mutation, ...], ...]] = {}

    @cached_property
    def _sites(self) -> tuple[Mutation, ...]:
        if self._media.schema is None:
            return ()
        try:
            return sites(self._document, self._side, self._media.schema)
        except NoValueError:
            return ()

    @cached_property
    def rules(self) -> Mapping[str, tuple[tuple[Mutation, ...], ...]]:
        """The breaches by rule, and within a rule by place; what stands nearer to the top comes first."""
        found: dict[str, dict[Any, list[Mutation]]] = {}
        codes: dict[str, str] = {}
        # a body that is no object at all comes last: it is no good example of anything
        for site in sorted(self._sites, key=lambda site: not site.place and site.code in ("type", "no-match")):
            if not site.place and isinstance(site.value, str):  # it would be taken for the text of a body
                continue
            # one keyword may give findings of several codes, such as a date-time's form and its offset
            first = codes.setdefault(site.rule, site.code) == site.code
            key = site.rule if first else f"{site.rule} ({site.code})"
            found.setdefault(key, {}).setdefault(site.place, []).append(site)
        return {rule: tuple(tuple(held) for held in places.values()) for rule, places in found.items()}

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The code of each rule's findings."""
        return {rule: places[0][0].code for rule, places in self.rules.items()}

    def prepare(self) -> None:
        """Work out all that can be broken."""
        self._turns.setdefault(None, tuple(_in_turns(self.rules)))

    def named(self, rule: str | None) -> Mapping[str, tuple[tuple[Mutation, ...], ...]]:
        """The breaches of what ``rule`` names, a pointer or a code; of all where it is None.

        Raises:
            WrongCallError: where there is none.
        """
        if not self.rules:
            raise WrongCallError(f"no schema says what bodies of {self._media.name} hold, so no rule can be broken")
        return named(self.rules, rule, self.codes)

    def choose(self, chooser: Chooser, rule: str | None = None) -> Mutation:
        """One breach: first the rule and the place, then the way.

        Raises:
            WrongCallError: where ``rule`` names none, or nothing can be broken.
        """
        if rule not in self._turns:
            self._turns[rule] = tuple(_in_turns(self.named(rule)))
        return chooser.pick(chooser.pick(self._turns[rule]))

    def value(self, mutation: Mutation, base: Any) -> Broken:
        """``base``, which is valid, with one rule broken."""
        also = tuple((code, "body", pointer) for code, pointer in mutation.also)
        breach = Breach(mutation.code, mutation.pointer, "body", mutation.rule, mutation.note, also)
        return Broken(edited(base, mutation.edits, mutation.containers), breach)

    def encoded(self, mutation: Mutation, base: Any, rule: str | None = None) -> Broken:
        """The same as bytes; where the media type cannot carry ``mutation``, another breach of the same rule, or of any
        that ``rule`` names.
        """
        alike = (site for places in self.named(rule).values() for held in places for site in held)
        same = (site for site in self._sites if site.rule == mutation.rule and site.code == mutation.code)
        for site in chain((mutation,), same, alike):
            broken = self.value(site, base)
            if (body := self._written(broken.body)) is not None:
                return Broken(body, broken.breach)
        raise WrongCallError(f"{self._media.name} cannot carry any breach of {rule}")

    def _written(self, value: Any) -> bytes | None:
        try:
            return self._decoder.encode(value, None)
        except UnencodableValueError:
            return None

    @cached_property
    def kinds(self) -> Mapping[str, tuple[ByteRule, ...]]:
        """The breaches of the format, by kind."""
        rules: Iterable[ByteRule] = BYTE_RULES[self._decoder.kind] if self._decoder.kind else ()
        found: dict[str, list[ByteRule]] = {}
        for rule in rules:
            if self._document.severity(rule.code, self._side) != "none":
                found.setdefault(rule.kind, []).append(rule)
        return {kind: tuple(held) for kind, held in found.items()}

    def choose_text(self, chooser: Chooser, rule: str | None = None) -> tuple[ByteRule, ...]:
        """One breach of the format, and others of its kind for bodies that cannot be broken so.

        Raises:
            WrongCallError: where ``rule`` names none.
        """
        kinds = named(self.kinds, rule, {kind: held[0].code for kind, held in self.kinds.items()})
        held = kinds[chooser.pick(tuple(kinds))]
        return (chooser.pick(held), *held)

    def malformed(self, rules: tuple[ByteRule, ...], base: bytes, *, some: bool) -> Broken:
        """``base``, a valid body in UTF-8, broken below any schema; with ``some`` it is never empty."""
        text = Text(base)
        tried = ((each, each.make(text)) for each in rules)
        chosen, body = next((each, body) for each, body in tried if body is not None and (body or not some))
        also = tuple((code, "body", "") for code in chosen.also)
        rule = f"{self._decoder.kind}: {chosen.kind}"
        return Broken(body, Breach(chosen.code, chosen.pointer(text), "body", rule, chosen.note, also))
