"""Who is let in by two contracts: alternatives of security schemes (OpenAPI 3.1 sections 4.8.27 and 4.8.30).

An alternative that was taken must still be: by itself, or by one that asks for less.
"""

from collections.abc import Iterator
from typing import NamedTuple

from relation_spec.comparison.changes import Change, Place
from relation_spec.comparison.fields import Fields
from relation_spec.contract import Document, Operation, SecurityScheme
from relation_spec.contract.pointer import join

__all__ = ["credentials"]

_Alternative = tuple[SecurityScheme, ...]


class _Asked(NamedTuple):
    """One scheme as it is asked of a request, and the scopes that it must have."""

    base: tuple[str, ...]
    equals: tuple[str, ...] | None
    scopes: frozenset[str]

    def covers(self, other: "_Asked") -> bool:
        """Whether whoever satisfies this satisfies ``other``."""
        return self.base == other.base and other.equals in (None, self.equals) and other.scopes <= self.scopes


def _base(scheme: SecurityScheme) -> tuple[str, ...]:
    key = scheme.key.lower() if scheme.location == "header" else scheme.key
    named = scheme.name if scheme.kind in ("oauth2", "openIdConnect", "mutualTLS") else ""
    return scheme.kind, scheme.scheme.lower(), scheme.location, key, named


def _asked(document: Document, operation: Operation) -> list[frozenset[_Asked]]:
    """What each alternative asks for; one that asks for nothing where no credentials are needed."""
    if not operation.security:
        return [frozenset()]
    held = document.get(operation.security_pointer)
    found = []
    for index, alternative in enumerate(operation.security):
        by_name = {scheme.name: scheme for scheme in alternative}
        found.append(
            frozenset(
                _Asked(
                    _base(scheme),
                    _base(by_name[scheme.equals]) if scheme.equals in by_name else None,
                    frozenset(held[index][scheme.name]),
                )
                for scheme in alternative
            )
        )
    return found


def _words(asked: frozenset[_Asked]) -> str:
    parts = []
    for one in sorted(asked, key=lambda one: one.base):
        kind, scheme, location, key, named = one.base
        text = f"the {location} {key}" if kind == "apiKey" else f"the scheme {scheme}" if scheme else named
        text += " equal to its counterpart" if one.equals else ""
        parts.append(text + (f" with the scopes {', '.join(sorted(one.scopes))}" if one.scopes else ""))
    return " with ".join(parts) or "no credentials"


def _met(alternative: frozenset[_Asked], others: list[frozenset[_Asked]]) -> bool:
    """Whether requests that follow ``alternative`` are let in by one of ``others``."""
    return any(all(any(held.covers(one) for held in alternative) for one in other) for other in others)


def credentials(fields: Fields, old: Operation, new: Operation) -> Iterator[Change]:
    """Every change in whom two operations let in."""
    before, after = _asked(fields.old, old), _asked(fields.new, new)
    place = (Place("header.Authorization"),)
    pointers = (old.security_pointer,) if old.security else (), (new.security_pointer,) if new.security else ()
    ways = "; ".join(map(_words, after))
    for index, alternative in enumerate(before):
        if not _met(alternative, after):
            at = (join(pointers[0][0], index),) if pointers[0] else ()
            what = f"requests with {_words(alternative)} are let in no longer"
            yield Change("request", "breaking", "security", what, f"Authenticate by: {ways}.", place, at, pointers[1])
    for index, alternative in enumerate(after):
        if not _met(alternative, before):
            at = (join(pointers[1][0], index),) if pointers[1] else ()
            what = f"requests with {_words(alternative)} are let in now"
            yield Change("request", "harmless", "security", what, "", place, pointers[0], at)
    known = {_base(scheme): scheme for alternative in old.security for scheme in alternative}
    for scheme in {scheme.name: scheme for alternative in new.security for scheme in alternative}.values():
        if _base(scheme) in known:
            pair = known[_base(scheme)].pointer, scheme.pointer
            yield from fields.compare("SecurityScheme", *pair, "request", "header.Authorization")
