"""Which language and time zone a request asks for its answer: the header parameters with ``x-controls``."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Final, NamedTuple

from relation_spec.contract import Document, Operation
from relation_spec.server.dates import zone_of

__all__ = ["Asked", "Controls"]


class Asked(NamedTuple):
    """What the texts and date-times of an answer should be: languages, the preferred one first, and a time zone."""

    languages: tuple[str, ...] = ()
    zone: tzinfo | None = None


_NOTHING: Final = Asked()


class Controls:
    """Reads requests of one operation.

    A culture writes the numbers and dates inside texts; the server's texts hold none, so that it changes nothing.
    """

    def __init__(self, document: Document, operation: Operation) -> None:
        self._by_kind: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for parameter in operation.parameters:
            held = document.get(parameter.pointer).get("x-controls")
            if held is not None and parameter.location == "header":
                overruled = frozenset(name.lower() for name in held.get("overrules", ()))
                self._by_kind.setdefault(held["what"], []).append((parameter.name.lower(), overruled))

    def asked(self, fields: Mapping[str, list[str]]) -> Asked:
        """What the header ``fields`` (by lower-case name) ask for."""
        language, zone = self._value("language", fields), self._value("time-zone", fields)
        if language is None and zone is None:
            return _NOTHING
        return Asked(_languages(language or ""), zone_of(zone) if zone else None)

    def _value(self, kind: str, fields: Mapping[str, list[str]]) -> str | None:
        given = [(name, overruled) for name, overruled in self._by_kind.get(kind, ()) if name in fields]
        beaten = {name for _, overruled in given for name in overruled}
        return next((", ".join(fields[name]) for name, _ in given if name not in beaten), None)


def _languages(text: str) -> tuple[str, ...]:
    """The languages of a weighted list (RFC 9110 section 12.5.4) in order of preference, without their regions."""
    weighted: list[tuple[float, str]] = []
    for part in text.split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.strip(" \t").lower().removeprefix("q=") if parameters else "1"
        try:
            weighted.append((float(weight), name.strip(" \t").lower().partition("-")[0]))
        except ValueError:
            continue
    weighted.sort(key=lambda one: -one[0])
    return tuple(name for weight, name in weighted if name and weight > 0)
