"""How an answer is shown to one request: texts in its language, date-times in its time zone, only what it selects."""

import re
from collections.abc import Mapping
from typing import Any, Final

from relation_spec.contract import Document
from relation_spec.contract.pointer import join
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.schema.selection import properties_of
from relation_spec.server.controls import Asked
from relation_spec.server.dates import moved
from relation_spec.server.meaning import keyword

__all__ = ["Shower"]

_RESOURCE: Final = re.compile(r"\[([^\[\]]+)\]")
_LAST_RESORT: Final = "en"
_Pointers = tuple[str, ...]


class Shower:
    """Puts texts into languages (``x-translated``) and date-times (``x-date-time``) into time zones.

    Args:
        document: the contract.
        schema: the pointer of the answer's schema.
        texts: texts by resource name and language.
    """

    def __init__(self, document: Document, schema: str, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._document, self._schema, self._texts = document, schema, texts
        self._below: dict[_Pointers, tuple[dict[str, _Pointers], _Pointers, _Pointers, bool, bool]] = {}

    def show(self, value: Any, asked: Asked) -> Any:
        """``value`` as the request asked for it; itself where it asked for nothing."""
        return self._shown(value, (self._schema,), asked) if asked.languages or asked.zone else value

    def _shown(self, value: Any, pointers: _Pointers, asked: Asked) -> Any:
        if value is None or not pointers or isinstance(value, (bool, int, float)):
            return value
        properties, entries, items, translated, dated = self._place(pointers)
        if isinstance(value, dict):
            return {name: self._shown(held, properties.get(name, entries), asked) for name, held in value.items()}
        if isinstance(value, list):
            return [self._shown(held, items, asked) for held in value]
        if dated and asked.zone is not None and isinstance(value, str):
            return moved(value, asked.zone)
        if translated and asked.languages and (found := _RESOURCE.fullmatch(str(value))):
            return self._text(found.group(1), asked.languages) or value
        return value

    def _text(self, name: str, languages: tuple[str, ...]) -> str | None:
        held = self._texts.get(name, {})
        return next((held[language] for language in (*languages, _LAST_RESORT) if language in held), None)

    def _place(self, pointers: _Pointers) -> tuple[dict[str, _Pointers], _Pointers, _Pointers, bool, bool]:
        """What stands below a place of the answer, and what its texts are."""
        held = self._below.get(pointers)
        if held is None:
            document = self._document
            parts = [part for part in conjuncts(document, pointers) if isinstance(part.schema, dict)]
            held = (
                properties_of(document, pointers),
                tuple(join(p.pointer, "additionalProperties") for p in parts if "additionalProperties" in p.schema),
                tuple(join(p.pointer, "items") for p in parts if "items" in p.schema),
                keyword(document, pointers, "x-translated", False),
                keyword(document, pointers, "x-date-time") is not None,
            )
            self._below[pointers] = held
        return held
