"""Hypothesis strategies for single values without a schema: texts, names, numbers, dates.

Each is rich in edges and shrinks to what a person would write first. What a media type cannot carry is left out by
``kind``: XML has no control characters, and forms nest by brackets.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from hypothesis import strategies as st

from relation_spec.messages.decoding import Kind
from relation_spec.strategies.edges import LEAP_SECONDS, NAMES, OFFSETS, TEXTS, is_carried

__all__ = ["EVEN_FROM", "date_times", "indexes", "integers", "json_values", "names", "texts"]

EVEN_FROM: Final = 1 << 30
"""Hypothesis draws small numbers of a large range more often; from here on, all of some thousands are alike."""
_MOST_EVEN: Final = 100
_COMMON: Final = "".join(map(chr, range(0x20, 0x7F)))
# combining marks, right to left, no width, line ends of Unicode, case that changes length, both ends of each plane
_ODD: Final = (
    "éßıİǰäöüñ東京Ωж\u0301\u0308\u200d\u200b\u202e\u2066\u2028\u00a0\ufeff\ufffd\ufb03\u05e9\u05dc\u05d5\u05dd\u0627\u0644\u0e33\u0915\u094d"
    '\n\r\t"\\<&\U0001f600\U0001f469\U0001f3fd\U00010000\U0010fffd\ud7ff\ue000'
)
_FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
_SHOWN: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SECONDS: Final = (
    int((_FIRST - _SHOWN).total_seconds()),
    int((datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _SHOWN).total_seconds()),
)
_FRACTIONS: Final = ("", ".5", ".12", ".000001", ".9999999", ".6211452", ".0000001", ".123456789")
_DATES: Final = (
    "0001-01-01T00:00:00", "9999-12-31T23:59:59", "2000-02-29T12:00:00", "2024-02-29T23:59:59", "1600-02-29T00:00:00",
    "1900-02-28T23:59:59", "2038-01-19T03:14:07", "1969-12-31T23:59:59",
)  # fmt: skip


@lru_cache(maxsize=256)
def indexes(count: int) -> st.SearchStrategy[int]:
    """Numbers from 0, below ``count``, all as likely."""
    if count <= _MOST_EVEN:
        return st.sampled_from(range(count))
    return st.integers(EVEN_FROM, EVEN_FROM + count - 1).map(lambda number: number - EVEN_FROM)


@lru_cache(maxsize=256)
def texts(least: int = 0, most: int | None = None, kind: Kind | None = "json") -> st.SearchStrategy[str]:
    """Texts of ``least`` to ``most`` characters, short ones of plain letters first."""
    top = least + 40 if most is None else most
    everything: Any = st.characters(codec="utf-8")
    if kind == "xml":
        everything = st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff")
    ways = [
        st.text(everything, min_size=least, max_size=min(top, least + 20)),
        st.text(_COMMON, min_size=least, max_size=min(top, least + 20)),
        st.text(_ODD if kind == "xml" else _ODD + "\x00\x1b\x7f\ufffe", min_size=least, max_size=min(top, least + 12)),
    ]
    known = [
        text for text in TEXTS if is_carried(text, kind) and least <= len(text) and (most is None or len(text) <= most)
    ]
    if known:
        ways.append(st.sampled_from(sorted(known, key=len)))
    return st.one_of(ways)


@lru_cache(maxsize=8)
def names(kind: Kind | None = "json") -> st.SearchStrategy[str]:
    """Names of properties that no schema gives, such as those of maps."""
    known = [name for name in NAMES if is_carried(name, kind)]
    if kind == "xml":
        known = [name for name in known if name]
    if kind == "form":
        known = [name for name in known if name and "[" not in name]
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_"
    return st.one_of(st.text(letters, min_size=1, max_size=8), st.sampled_from(known))


@lru_cache(maxsize=256)
def integers(least: int, most: int, banned: tuple[int, ...] = (), wanted: int = 0) -> st.SearchStrategy[int]:
    """Whole numbers from ``least`` to ``most`` without ``banned``, shrinking towards ``wanted``."""
    edges = [edge for edge in (0, -1, 1, least, most, least + 1, most - 1, 2**15, 2**16 - 1) if least <= edge <= most]
    edges = [edge for edge in dict.fromkeys(edges) if edge not in banned]
    ways = []
    if wanted > 0 and least <= wanted <= most:  # what is wanted comes first, so that nothing shrinks past it
        ways.append(st.integers(wanted, most))
    whole = st.integers(least, most)
    ways.append(whole.filter(lambda number: number not in banned) if banned else whole)
    # each edge is a range of one: shrinking goes over to the first way with the same number
    ways += [st.integers(edge, edge) for edge in edges]
    return st.one_of(ways)


@lru_cache(maxsize=64)
def date_times(digits: int, bare: bool) -> st.SearchStrategy[str]:
    """Date-times of RFC 3339 with at most ``digits`` of fraction; with ``bare`` also without offset."""
    fractions = [fraction for fraction in _FRACTIONS if len(fraction) <= digits + 1]
    if digits and len(fractions[-1]) <= digits:
        fractions.append("." + "1" * digits)
    offsets = [*OFFSETS, *([""] if bare else ())]
    ends = [fraction + offset for fraction in fractions for offset in offsets]
    known = ["2000-01-01T00:00:00Z", *(date + end for date in _DATES for end in ends), *LEAP_SECONDS]
    drawn = st.tuples(st.integers(*_SECONDS).map(_written), st.sampled_from(ends)).map("".join)
    return st.one_of(st.sampled_from(known), drawn)  # fewest choices first, so that shrinking ends there


def _written(seconds: int) -> str:
    moment = _SHOWN + timedelta(seconds=seconds)
    return moment.replace(tzinfo=None).isoformat()


@lru_cache(maxsize=4)
def json_values(kind: Kind | None = "json") -> st.SearchStrategy[Any]:
    """Any JSON value; what has no types of its own carries texts alone."""
    if kind != "json":
        return texts(kind=kind)
    single = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts()
    )
    return st.recursive(
        single,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names(), inner, max_size=3)),
        max_leaves=6,
    )
