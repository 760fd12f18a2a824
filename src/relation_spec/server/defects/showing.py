"""Defects: the headers that choose language, culture and time zone."""

from datetime import datetime, tzinfo

from relation_spec.messages.message import Request
from relation_spec.server.dates import text_of, zone_of
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value, with_field

_GROUPED = 1000


def _says(at: Scene, request: Request | None, what: str) -> list[str]:
    return [name for name in at.control(what) if request is not None and request.values(name)]


@breaks("headers", "answer")
def language_changes_numbers(at: Scene, value: Value) -> None:
    """With a language, numbers come back as text with points between thousands.

    Breaks: {number.type}
    Harm: Programs with types refuse the answer; others read a thousand as one.
    Hidden: shows only for requests with a language, for numbers from 1000 on
    """
    if _says(at, at.request, "language"):
        at.number.change(value, lambda held: f"{held:,}".replace(",", ".") if abs(held) >= _GROUPED else held)


@breaks("headers", "request")
def culture_chooses_language(at: Scene, request: Request) -> Request:
    """A culture without a language is taken for a language.

    Breaks: {culture.x-ignored-without}
    Harm: People get texts in a language that they did not ask for.
    Hidden: shows only for requests with a culture and no language
    """
    cultures = _says(at, request, "culture")
    if not cultures or _says(at, request, "language"):
        return request
    return with_field(request, at.control("language")[0], *request.values(cultures[0]))


@breaks("headers", "request")
def language_ignored(at: Scene, request: Request) -> Request:
    """The language of a request has no effect.

    Breaks: {translated.x-translated}
    Harm: People read the names of resources instead of reasons.
    Hidden: shows only for requests with a language
    """
    for name in at.control("language"):
        request = with_field(request, name)
    return request


@breaks("headers", "request")
def overruling_ignored(at: Scene, request: Request) -> Request:
    """The language header that should overrule the other does not.

    Breaks: {overruling.x-controls}
    Harm: People get texts in the language of their browser, not in the one that they chose.
    Hidden: shows only for requests with both language headers
    """
    said = _says(at, request, "language")
    overruled = {other for name in said for other in _overruled(at, name)}
    if not overruled & set(said):
        return request
    for name in said:
        request = request if name in overruled else with_field(request, name)
    return request


def _overruled(at: Scene, name: str) -> list[str]:
    parameters = [one for one in at.operation.parameters if one.name == name]
    return [other for one in parameters for other in at.document.get(one.pointer)["x-controls"].get("overrules", ())]


@breaks("headers", "answer")
def zone_moves_the_clock_alone(at: Scene, value: Value) -> None:
    """With a time zone the clock is moved, and the offset still says UTC.

    Breaks: {zone.x-controls}
    Harm: Everybody who asks for a time zone is shown another moment.
    Hidden: shows only for requests with a time zone other than UTC
    """
    if _says(at, at.request, "time-zone"):
        at.moment.change(value, lambda text: text_of(datetime.fromisoformat(f"{text[:19]}Z")))


@breaks("headers", "request")
def language_lines_overwritten(at: Scene, request: Request) -> Request:
    """Where the list of languages comes in several header fields, only the last of them counts.

    Breaks: {language.x-controls}
    Harm: People get texts in a language that they like less, as soon as a proxy adds its own.
    Hidden: shows only for requests with that header field twice
    """
    name = at.document.get(at.language)["name"]
    return with_field(request, name, *request.values(name)[-1:])


@breaks("headers", "answer")
def zone_without_summer_time(at: Scene, value: Value) -> None:
    """In summer the clock of a time zone shows winter time, and the offset says that it is summer.

    Breaks: {zone.x-controls}
    Harm: For half of the year everybody is an hour late.
    Hidden: shows only for requests with the name of a time zone where it is summer time
    """
    codes = at.request.values(at.control("time-zone")[0]) if at.request else []
    zone = zone_of(codes[0]) if codes else None
    if zone is not None:
        at.moment.change(value, lambda text: _in_winter(text, zone))
        at.creation.change(value, lambda text: _in_winter(text, zone))


def _in_winter(text: str, zone: tzinfo) -> str:
    moment = datetime.fromisoformat(text)
    ahead = moment.astimezone(zone).dst() if moment.tzinfo else None
    return f"{(moment.replace(tzinfo=None) - ahead).isoformat()[:19]}{text[19:]}" if ahead else text
