"""What a compiled type accepts, as functions: one body as text or value, or many lines of text in one call.

The functions are the hot path of every valid message, so they are written out for each type: a call or a loop more
would cost as much as the check itself. Texts in a form are matched together, joined by line breaks, which none of these
forms admits.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, Final

import msgspec
from msgspec import MsgspecError

from relation_spec.limits import MAX_BODY_BYTES

__all__ = ["Acceptor", "Form"]

Form = tuple[str, str]
"""A field, and the source of the regular expression for its text, or for every text in its map."""

_FAILURES: Final = (MsgspecError, ValueError, RecursionError, TypeError, AttributeError)

_TEMPLATE: Final = """
def text(body):
    try:
        made = decode(body)
        return {check} and len(body) <= limit
    except failures:
        return False

def text_once(body):
    try:
        made = decode(body)
        return {check} and len(body) <= limit and names_once(body, encode(made))
    except failures:
        return False

def value(body):
    try:
        made = convert(body, kind)
        encode(body)
        return {check}
    except failures:
        return False

def either(body):
    known = type(body)
    if known is bytes or known is str:
        try:
            made = decode(body)
            return {check} and len(body) <= limit
        except failures:
            return False
    return value(body)
"""

_LINES_TEMPLATE: Final = """
def lines(lines):
    try:
        if not are_objects(lines) or len(joined := b"\\n".join(lines)) > limit:
            return False
        every = decode(joined)
        return len(every) == len(lines){checks}
    except failures:
        return False
"""


class Acceptor:
    """Says yes to values of one type.

    Args:
        kind: the type, for msgspec.
        scalars: the forms of texts that the type does not check.
        maps: the forms of texts in maps that it does not check.
        arrays: whether the type has arrays in it.

    The functions are made when they are first asked for.
    """

    def __init__(self, kind: Any, scalars: Sequence[Form], maps: Sequence[Form], *, arrays: bool) -> None:
        self._kind, self._scalars, self._maps, self._arrays = kind, scalars, maps, arrays

    @cached_property
    def _calls(self) -> dict[str, Any]:
        names: dict[str, Any] = {
            "decode": msgspec.json.Decoder(self._kind).decode,
            "convert": msgspec.convert,
            "encode": msgspec.json.encode,  # raises for a lone surrogate, and for what convert only takes for a mapping
            "failures": _FAILURES,
            "names_once": _names_once,
            "kind": self._kind,
            "limit": MAX_BODY_BYTES,
        }
        check = _check(self._scalars, self._maps, names)
        exec(_TEMPLATE.format(check=check), names)  # noqa: S102 - our own template; field names are f0, f1, ...
        if self._arrays:  # sets pass for arrays in convert, and no JSON text makes them
            names["value"] = _refuse
        return names

    @cached_property
    def text(self) -> Callable[[Any], bool]:
        """Accepts a body of JSON as bytes or str."""
        accept: Callable[[Any], bool] = self._calls["text"]
        return accept

    @cached_property
    def text_once(self) -> Callable[[Any], bool]:
        """Accepts a text in which surely no object names a property twice."""
        accept: Callable[[Any], bool] = self._calls["text_once"]
        return accept

    @cached_property
    def value(self) -> Callable[[Any], bool]:
        """Accepts a decoded value."""
        accept: Callable[[Any], bool] = self._calls["value"]
        return accept

    @cached_property
    def any(self) -> Callable[[Any], bool]:
        """Accepts a text or a value."""
        accept: Callable[[Any], bool] = self._calls["either"]
        return accept

    @cached_property
    def lines(self) -> Callable[[list[bytes]], bool]:
        r"""Accepts lines (without their ``\n``) of which ``text`` accepts each one, all of them in one call.

        A no means less than from ``text``: it does not accept lines with white space around them, for one.
        """
        names: dict[str, Any] = {
            "decode": msgspec.json.Decoder(self._kind).decode_lines,
            "failures": _FAILURES,
            "limit": MAX_BODY_BYTES,
            "are_objects": _are_objects,
            "all_match": _all_match,
        }
        checks = [f"[made.{field} for made in every]" for field, _ in self._scalars]
        checks += [
            f"[text for made in every if made.{field} for text in made.{field}.values()]" for field, _ in self._maps
        ]
        for index, (_, source) in enumerate((*self._scalars, *self._maps)):
            names[f"match{index}"] = _repeated(source)
            checks[index] = f" and all_match({checks[index]}, match{index})"
        exec(_LINES_TEMPLATE.format(checks="".join(checks)), names)  # noqa: S102 - as above
        accept: Callable[[list[bytes]], bool] = names["lines"]
        return accept


def _refuse(_: Any) -> bool:
    return False


def _names_once(body: Any, again: bytes) -> bool:
    """Whether ``body`` surely names no property twice; ``again`` is its decoded value as JSON, where each name is once.

    Without escapes, both have as many colons in their texts; a name that stands twice adds one between name and value.
    """
    if isinstance(body, str):
        return "\\" not in body and body.count(":") == again.count(b":")
    return b"\\" not in body and bool(body.count(b":") == again.count(b":"))


_BRACE_OPENS: Final = {ord("{")}
_BRACE_CLOSES: Final = {ord("}")}
_RETURN: Final = {ord("\r")}


def _are_objects(lines: list[bytes]) -> bool:
    r"""Whether every line begins with ``{`` and ends with ``}``, or each with ``}\r``.

    decode_lines takes any white space between values, or none. But where ``}``, a line break and ``{`` follow each
    other, one value ends and another begins: inside a value a comma would stand there, and in a string no line break is
    accepted. So when all breaks are like this, and there are as many values as lines, each line holds one value, whole.
    """
    try:
        if set(map(itemgetter(0), lines)) != _BRACE_OPENS:
            return False
        last = set(map(itemgetter(-1), lines))
        return last == _BRACE_CLOSES or (last == _RETURN and set(map(itemgetter(-2), lines)) == _BRACE_CLOSES)
    except IndexError:  # an empty line
        return False


def _check(scalars: Sequence[Form], maps: Sequence[Form], names: dict[str, Any]) -> str:
    """The expression that tells whether ``made`` has every text in its form; ``names`` gets what it needs."""
    if not scalars and not maps:
        return "True"
    sources = "\n".join(f"(?:{source})" for _, source in scalars)
    texts = "\\n".join(f"{{made.{field}}}" for field, _ in scalars)
    if len(maps) != 1 or not scalars:
        parts = []
        if scalars:
            names["match"] = re.compile(sources).fullmatch
            parts.append(f'match(f"{texts}") is not None')
        for index, (field, source) in enumerate(maps):
            names[f"map{index}"] = _entries(_repeated(source))
            parts.append(f"map{index}(made.{field})")
        return " and ".join(parts)
    field, source = maps[0]
    names["matches"] = re.compile(f"{sources}(?:\n(?:{source}))*+").fullmatch
    count, breaks = len(scalars), '"\\n"'
    return (
        f'((joined := {breaks}.join((f"{texts}", *entries.values()))) and matches(joined) is not None'
        f" and joined.count({breaks}) == len(entries) + {count - 1}"
        f' if (entries := made.{field}) else matches(f"{texts}") is not None)'
    )


def _repeated(source: str) -> Callable[[str], Any]:
    """What matches any number of texts, each with a line break after it."""
    return re.compile(f"(?:(?:{source})\n)*+").fullmatch


def _all_match(texts: list[str], match: Callable[[str], Any]) -> bool:
    joined = "\n".join(texts) + "\n" if texts else ""
    return match(joined) is not None and joined.count("\n") == len(texts)


def _entries(match: Callable[[str], Any]) -> Callable[[Any], bool]:
    return lambda held: not held or _all_match(list(held.values()), match)
