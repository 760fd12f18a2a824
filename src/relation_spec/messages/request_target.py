"""The target of a request (RFC 9112 section 3.2): its path held against the contract, and its query split."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import unquote, unquote_plus

from relation_spec.contract import Operation

__all__ = ["PathMatch", "QueryPair", "Target", "find_operations", "match_path", "query_pairs", "split_target"]

_BEFORE_PATH: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_PLACEHOLDER: Final = re.compile(r"\\\{([^{}]+)\\\}")
_BROKEN: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_SLASH: Final = re.compile("%2[Ff]")  # data inside a segment, and no separator (RFC 3986 section 2.2)


class Target(NamedTuple):
    """A request target in parts: ``userinfo`` holds credentials (RFC 3986 section 3.2.1) and is "" mostly."""

    path: str
    query: str | None
    userinfo: str


class PathMatch(NamedTuple):
    """A path that the contract describes: the raw values of its path parameters, and how it departs from the letter."""

    values: dict[str, str]
    trailing_slash: bool


def split_target(url: str) -> Target:
    """``url``, absolute or a path, in parts; a fragment is dropped."""
    userinfo = ""
    if not url.startswith("/") and (found := _BEFORE_PATH.match(url)):
        authority = found.group().partition("://")[2]
        userinfo = authority.rpartition("@")[0]
        url = url[found.end() :]
    path, sign, query = url.partition("#")[0].partition("?")
    return Target(path, query if sign else None, userinfo)


_PATTERNS: Final[dict[str, tuple[re.Pattern[str], tuple[str, ...]]]] = {}


def _pattern(template: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    held = _PATTERNS.get(template)
    if held is None:
        escaped = re.escape(template.rstrip("/"))
        names = tuple(_PLACEHOLDER.findall(escaped))
        source = f"(?:.*)(?<![^/]){_PLACEHOLDER.sub('([^/]+)', escaped.lstrip('/'))}(/?)"
        _PATTERNS[template] = held = (re.compile(f"/{source}", re.DOTALL), names)
    return held


def match_path(template: str, path: str, *, fold: bool = False) -> PathMatch | None:
    """How ``path`` fits the path of the contract, after any prefix, or None.

    Args:
        template: the key of the Paths Object, with its placeholders.
        path: percent-encoded, as it was sent.
        fold: letter case does not count.
    """
    pattern, names = _pattern(template)
    if fold and not names:
        pattern, path = _pattern(template.lower())[0], path.lower()
    decoded = unquote(_SLASH.sub("%252F", path)) if "%" in path and not names else path
    found = pattern.fullmatch(decoded)
    if not found:
        return None
    *values, slash = found.groups()
    values = [unquote(value) for value in values]
    return PathMatch(dict(zip(names, values, strict=True)), slash == "/" and not template.endswith("/"))


def find_operations(operations: Iterable[Operation], path: str, *, fold: bool = False) -> list[Operation]:
    """Those of ``operations`` whose path fits, as :func:`match_path` tells."""
    return [operation for operation in operations if match_path(operation.path, path, fold=fold)]


class QueryPair(NamedTuple):
    """One field of a query: its name decoded, its value as it was sent, and whether both can be decoded."""

    name: str
    raw: str
    broken: bool


def query_pairs(query: str) -> list[QueryPair]:
    """The fields of a query, by the WHATWG URL standard section 5.1."""
    pairs = []
    for piece in query.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append(QueryPair(unquote_plus(name), value, "%" in piece and bool(_BROKEN.search(piece))))
    return pairs
