"""The server's own data: small collections of items to which messages refer, and texts in several languages.

They come from a JSON file, the package's or another, and from the examples of the contract: what an example refers to
exists, with the names that it shows, and so do the records that the examples are.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from relation_spec.contract import Document, Operation, WrongCallError
from relation_spec.contract.pointer import join
from relation_spec.server.meaning import Meaning

__all__ = ["USERS", "Item", "Seeds", "examples_of"]

Item = Mapping[str, Any]
_FILE: Final = "seed.json"
USERS: Final = "users"
"""The collection that describes users by the names of their logins."""
_PARTS: Final = ("collections", "texts")


class Seeds(NamedTuple):
    """Items by collection and id, and texts by resource name and language."""

    collections: dict[str, dict[str, dict[str, Any]]]
    texts: dict[str, dict[str, str]]

    @classmethod
    def load(cls, path: str | None = None) -> "Seeds":
        """Those of a file, or of the package.

        Raises:
            WrongCallError: for a file that is no such data.
        """
        try:
            text = Path(path).read_text("utf-8") if path else files(__package__).joinpath(_FILE).read_text("utf-8")
            held = json.loads(text)
        except (OSError, ValueError) as error:
            raise WrongCallError(f"the seed data in {path} cannot be read: {error}") from None
        if not _is_tables(held, 1) or not set(held) <= set(_PARTS):
            raise WrongCallError(f"the seed data in {path} must be a JSON object of {' and '.join(_PARTS)}")
        collections, texts = held.get("collections", {}), held.get("texts", {})
        if not _is_tables(collections, 3) or not _is_tables(texts, 2):
            raise WrongCallError(
                f"the seed data in {path} must hold collections of items by id, and texts by name and language"
            )
        return cls(collections, texts)

    def item(self, collection: str, key: Any) -> Item | None:
        """The item of that id, or None."""
        return self.collections.get(collection, {}).get(str(key))

    def may_save(self, user: str) -> bool:
        """Whether a user may save; those who are not described may."""
        item = self.item(USERS, user)
        return item is None or bool(item.get("maySave", True))

    def learn(self, meaning: Meaning) -> None:
        """Add what the examples of the contract refer to."""
        named = [p for p in meaning.answered if p.source.get("from") == "reference"]
        for example in examples_of(meaning.document, meaning.operation):
            for reference in meaning.references:
                key = example.get(reference.name)
                if key is None or key == reference.nothing:
                    continue
                item = self.collections.setdefault(reference.collection, {}).setdefault(str(key), {})
                for field, other in reference.where:
                    item.setdefault(field, example.get(other))
                for prop in named:
                    if prop.source["property"] == reference.name and example.get(prop.name) is not None:
                        item.setdefault(prop.source["field"], example[prop.name])


def _is_tables(value: Any, depth: int) -> bool:
    """Whether ``value`` is an object of objects, ``depth`` levels of them."""
    if not isinstance(value, dict):
        return False
    return depth == 1 or all(_is_tables(below, depth - 1) for below in value.values())


def examples_of(document: Document, operation: Operation) -> Iterator[dict[str, Any]]:
    """The example bodies of an operation's request and good answer, each an object."""
    for body in (operation.request, operation.response(200)):
        for media in body.content.values() if body else ():
            held = document.get(media.pointer)
            found = [held["example"]] if "example" in held else []
            pointers = [join(media.pointer, "examples", name) for name in held.get("examples", {})]
            found += [document.get(document.follow(pointer)).get("value") for pointer in pointers]
            yield from (value for value in found if isinstance(value, dict))
