"""Moments as text: the server's clock in UTC, and date-times moved into the time zone of a code.

A code is a name of the IANA database, a name that Windows uses for one (by a table in the package), or an offset such
as ``UTC+01:00``. A code that is none of these moves nothing.
"""

import json
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

__all__ = ["moved", "text_of", "zone_of"]

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
_FILE: Final = "time_zones.json"


def text_of(moment: datetime) -> str:
    """A moment in UTC, its fraction without trailing zeros."""
    text = moment.astimezone(UTC).isoformat()[:-6]  # isoformat fills the year up, which strftime does not everywhere
    return f"{text.rstrip('0') if '.' in text else text}Z"


@cache
def _names() -> dict[str, str]:
    held: dict[str, str] = json.loads(files(__package__).joinpath(_FILE).read_text("utf-8"))
    return {name.lower(): zone for name, zone in held.items()}


@lru_cache(maxsize=256)
def zone_of(code: str) -> tzinfo | None:
    """The time zone of a code, or None for a code that nobody knows."""
    if code.upper() in ("UTC", "GMT", "Z"):
        return UTC
    if found := _OFFSET.fullmatch(code):
        sign, hours, minutes = found.groups()
        ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-ahead if sign == "-" else ahead) if ahead < timedelta(hours=24) else None
    try:
        return ZoneInfo(_names().get(code.lower(), code))
    except (OSError, ValueError, KeyError):  # no file, a path that leads out, no such name
        return None


def moved(text: str, zone: tzinfo) -> str:
    """A date-time in another zone, with all digits of its fraction; one without an offset stays as it is."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return text
    clock, fraction, offset = found.groups()
    try:
        there = datetime.fromisoformat(f"{clock}{offset}").astimezone(zone)
    except (ValueError, OverflowError):  # a leap second, or the edge of the calendar
        return text
    seconds = int((there.utcoffset() or timedelta()).total_seconds())
    if seconds % 60:
        return text  # offsets of old local times, which RFC 3339 cannot write
    if not seconds:
        return f"{there.replace(tzinfo=None).isoformat()}{fraction or ''}Z"
    sign, minutes = "-" if seconds < 0 else "+", abs(seconds) // 60
    return f"{there.replace(tzinfo=None).isoformat()}{fraction or ''}{sign}{minutes // 60:02}:{minutes % 60:02}"
