"""Records: what of a request is stored, and the answer that shows a stored record.

What a property means stands in the contract (:mod:`relation_spec.server.meaning`); nothing here knows a name.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec

from relation_spec.findings import quote
from relation_spec.media import json_text
from relation_spec.media.writing import write_json
from relation_spec.server.dates import text_of
from relation_spec.server.meaning import Meaning, Property, Reference, fill
from relation_spec.server.seeds import USERS, Seeds, examples_of
from relation_spec.server.storage import Record

__all__ = ["Draft", "Records", "RefusedError", "kept_of", "plain", "plain_value"]

_Finder = Callable[[Record, Mapping[str, Any], str], Any]
_JSON: Final = msgspec.json.Encoder(decimal_format="number")
_LARGEST: Final = 2**63  # SQLite's integers end here


class RefusedError(Exception):
    """A valid request that this server cannot do, in words: an id of nothing, a person of another contact."""


class Draft(NamedTuple):
    """What a request wants stored: the record's number, or None for a new one, and the properties."""

    identity: int | None
    kept: dict[str, Any]

    def text(self) -> str:
        """The properties as JSON text."""
        try:
            return _JSON.encode(self.kept).decode()
        except (TypeError, ValueError, OverflowError):  # as for answers
            return write_json(self.kept)


class Records:
    """Turns requests into records and records into answers.

    Args:
        meaning: what properties mean.
        seeds: the items to which they refer.
        logins: the names of the users.
    """

    def __init__(self, meaning: Meaning, seeds: Seeds, logins: Mapping[str, Any]) -> None:
        self._meaning, self._seeds = meaning, seeds
        self._document = meaning.document
        self._users: dict[tuple[str, str | None], Any] = {}
        self._logins = {name: number for number, name in enumerate(logins, 1)}
        self._blank = {prop.name: self._fixed(prop) for prop in meaning.answered}
        self._as_sent = [prop.name for prop in meaning.answered if not prop.source]
        self._finders = [(prop.name, made) for prop in meaning.answered if (made := self._finder(prop)) is not None]

    def draft(self, value: Mapping[str, Any], *, is_plain: bool = False) -> Draft:
        """What a valid request wants stored.

        Args:
            value: the value of its body.
            is_plain: whether its whole numbers are integers already.

        Raises:
            RefusedError: where it refers to what is not there.
        """
        meaning = self._meaning
        identity: Any = value.get(meaning.identity) if meaning.identity else None
        identity = _whole(identity)
        if identity is not None and (type(identity) is not int or abs(identity) >= _LARGEST):
            raise self.unknown(identity)
        kept = {name: held for name in meaning.kept if (held := value.get(name)) is not None}
        if not is_plain:
            kept = plain(kept)
        for reference in meaning.references:
            self._check(reference, kept)
        return Draft(identity or None, kept)

    def _check(self, reference: Reference, kept: Mapping[str, Any]) -> None:
        key = kept.get(reference.name)
        if key is None or key == reference.nothing:
            if reference.required:
                raise RefusedError(f"{reference.name}: found {quote(key)}, which names nothing; expected an id")
            return
        item = self._seeds.item(reference.collection, key)
        if item is None:
            raise RefusedError(
                f"{reference.name}: found {quote(key)}; expected the id of one of the {reference.collection}"
            )
        for field, other in reference.where:
            if item.get(field) != kept.get(other):
                belongs = f"whose {field} is not {quote(kept.get(other))}"
                raise RefusedError(
                    f"{reference.name}: found {quote(key)}, {belongs}; expected the id of one of the "
                    f"{reference.collection} that belongs to {other}"
                )

    def unknown(self, identity: Any) -> RefusedError:
        """Why a number that no record has is refused."""
        name = self._meaning.identity
        return RefusedError(
            f"{name}: found {quote(identity)}; expected the number of a stored record, or none for a new one"
        )

    def answer(self, record: Record, kept: Mapping[str, Any], address: str) -> dict[str, Any]:
        """The whole answer that shows ``record``, which lies at ``address``; ``kept`` are its properties."""
        made = self._blank.copy()
        for name in self._as_sent:
            if (value := kept.get(name)) is not None:
                made[name] = value
        for name, find in self._finders:
            if (value := find(record, kept, address)) is not None:
                made[name] = value
        return made

    def _finder(self, prop: Property) -> _Finder | None:
        """What finds the value of a property that the server sets for each record."""
        source = prop.source
        created = source.get("when") == "created"
        match source.get("from"):
            case "identity":
                return lambda record, kept, address: record.identity
            case "clock":
                return lambda record, kept, address: record.created_at if created else record.saved_at
            case "user":
                return lambda record, kept, address: self._user(prop, record.created_by if created else record.saved_by)
            case "reference":
                return self._named(source)
            case "links":
                return lambda record, kept, address: dict.fromkeys(source["names"], address)
        return None

    def _named(self, source: Mapping[str, Any]) -> _Finder:
        """A field of the item to which a property refers."""
        reference = next(one for one in self._meaning.references if one.name == source["property"])
        name, collection, field = reference.name, reference.collection, source["field"]

        def found(record: Record, kept: Mapping[str, Any], address: str) -> Any:
            key = kept.get(name)
            item = self._seeds.item(collection, key) if key is not None else None
            return item.get(field) if item else None

        return found

    def _user(self, prop: Property, login: str | None) -> Any:
        """The object that shows a user, or None where nobody is known to have done it."""
        key = (prop.name, login)
        if login is not None and key not in self._users:
            if login not in self._logins:
                return self._shown_user(prop, login)  # of another server on the same database
            self._users[key] = self._shown_user(prop, login)
        return self._users.get(key)

    def _shown_user(self, prop: Property, login: str) -> Any:
        held = self._seeds.item(USERS, login) or {}
        item = {"id": self._logins.get(login), "login": login, "name": login, **held}
        return fill(self._document, prop.pointers, item)

    def _fixed(self, prop: Property) -> Any:
        """What a property is in every answer that has nothing else for it."""
        if prop.source.get("from") != "collection":
            return prop.blank
        item = self._seeds.item(prop.source["collection"], prop.source["item"])
        return prop.blank if item is None else fill(self._document, prop.pointers, item)

    def examples(self, now: Callable[[], datetime]) -> Iterator[Record]:
        """The records that the contract's examples are, for a new database."""
        from datetime import UTC

        from relation_spec.server.dates import moved

        meaning = self._meaning
        clocks = {p.source["when"]: p.name for p in meaning.answered if p.source.get("from") == "clock"}
        for example in examples_of(meaning.document, meaning.operation):
            identity = example.get(meaning.identity) if meaning.identity else None
            if type(identity) is not int or not identity:
                continue
            kept = {name: example[name] for name in meaning.kept if example.get(name) is not None}
            at = {
                when: moved(str(example.get(clocks.get(when, "")) or text_of(now())), UTC)
                for when in ("created", "saved")
            }
            yield Record(identity, Draft(None, kept).text(), at["created"], None, at["saved"], None)


def kept_of(record: Record) -> dict[str, Any]:
    """The stored properties of a record."""
    kept: dict[str, Any] = json_text.decode(record.value)[0]
    return kept


def plain(value: Any) -> Any:
    """A decoded value whose whole numbers are integers, however they were written."""
    if isinstance(value, (float, Decimal)):
        return _whole(value)
    if isinstance(value, dict):
        return {name: plain(below) for name, below in value.items()}
    return [plain(below) for below in value] if isinstance(value, list) else value


def plain_value(body: bytes) -> Any:
    """The :func:`plain` value of a valid body of JSON in UTF-8, or None for what is read in another way."""
    try:
        return _PLAIN.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _whole(value: Any) -> Any:
    if isinstance(value, (float, Decimal)):
        exact = Decimal(value)
        if abs(exact) < _LARGEST and exact == exact.to_integral_value():
            return int(exact)
    return value


_PLAIN: Final = msgspec.json.Decoder(float_hook=lambda text: _whole(json_text.number(text)))
