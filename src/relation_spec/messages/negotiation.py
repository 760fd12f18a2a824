"""Content negotiation: what an Accept field allows (RFC 9110 section 12.5.1)."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from relation_spec.media import media_type

__all__ = ["Accept", "allows", "closeness", "parse_accept"]

_PARTS: Final = re.compile(
    r'(?:[^",]|"(?:[^"\\]|\\.)*+(?:"|\\?$))+', re.DOTALL
)  # a quote without its end goes to the end
# RFC 9110 section 12.4.2; and what Java sends by itself: "*; q=.2, */*; q=.2"
_WEIGHT: Final = re.compile(r"0(?:\.[0-9]{0,3})?|\.[0-9]{1,3}|1(?:\.0{0,3})?")


class Accept(NamedTuple):
    """One range of an Accept field: ``name`` such as ``text/*``, its parameters without ``q``, and its weight."""

    name: str
    parameters: dict[str, str]
    weight: float


def parse_accept(text: str) -> list[Accept] | str:
    """The ranges of an Accept field, or the first part of it that is none."""
    ranges: list[Accept] = []
    for part in _PARTS.findall(text):
        if not part.strip(" \t"):
            continue
        parsed = media_type.parse("*/*" + part.strip(" \t")[1:] if part.strip(" \t").startswith("*;") else part)
        weight = parsed.parameters.get("q", "1") if parsed else ""
        if parsed is None or not _WEIGHT.fullmatch(weight) or parsed.name.startswith("*/") != (parsed.name == "*/*"):
            wrong: str = part.strip(" \t")
            return wrong
        parameters = {name: value for name, value in parsed.parameters.items() if name != "q"}
        ranges.append(Accept(parsed.name, parameters, float(weight)))
    return ranges


def closeness(one: Accept, name: str) -> int:
    """How closely a range fits a media type: 0 not at all, 3 by its very name. Its parameters only describe the
    charset or profile that is preferred, which no contract lists, and do not count.
    """
    if one.name == name:
        return 3
    if one.name.endswith("/*") and name.startswith(one.name[:-1]):
        return 2
    return 1 if one.name == "*/*" else 0


def allows(ranges: list[Accept], names: Iterable[str]) -> bool:
    """Whether some media type in ``names`` is allowed: the closest range that fits decides, by its weight."""
    if not ranges:
        return True
    for name in names:
        parsed = media_type.parse(name)
        own = parsed.name if parsed else name
        fitting = [(close, one.weight) for one in ranges if (close := closeness(one, own))]
        if fitting and max(fitting)[1] > 0:
            return True
    return False
