"""Defects: date-times in answers."""

from datetime import UTC, datetime, timedelta

from relation_spec.server.dates import text_of
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moved(text: str, hours: int) -> str:
    return text_of(datetime.fromisoformat(text) + timedelta(hours=hours)) if text.endswith("Z") else text


@breaks("dates", "answer")
def date_without_offset(at: Scene, value: Value) -> None:
    """The moment of saving loses its offset, though the server knows it.

    Breaks: {moment.x-value}
    Harm: People in other time zones are shown another hour, and some of them another day.
    """
    at.moment.change(value, lambda text: text.removesuffix("Z"))


@breaks("dates", "answer")
def date_with_five_digits(at: Scene, value: Value) -> None:
    """The year has five digits.

    Breaks: {moment.x-date-time}
    Harm: Programs refuse the whole answer, or cut a digit and show the first century.
    """
    at.moment.change(value, lambda text: f"0{text}")


@breaks("dates", "answer")
def date_as_americans_write_it(at: Scene, value: Value) -> None:
    """The moment of saving is written month first, with AM or PM.

    Breaks: {moment.x-date-time}
    Harm: Programs refuse the answer, or take the month for the day.
    """
    at.moment.change(value, lambda text: f"{datetime.fromisoformat(text):%m/%d/%Y %I:%M:%S %p}")


@breaks("dates", "answer")
def date_in_milliseconds(at: Scene, value: Value) -> None:
    """The moment of saving is written as milliseconds within slashes, as old .NET services do.

    Breaks: {moment.x-date-time}
    Harm: Programs refuse the whole answer.
    """
    at.moment.change(value, lambda text: f"/Date({(_moment(text) - _EPOCH).total_seconds() * 1000:.0f})/")


@breaks("dates", "answer")
def date_with_nanoseconds(at: Scene, value: Value) -> None:
    """The fraction of the second has nine digits.

    Breaks: {moment.x-date-time}
    Harm: Programs that read .NET's seven digits refuse the whole answer.
    """
    at.moment.change(value, lambda text: f"{text[:19]}.123456789{text[19:].lstrip('.0123456789')}")


@breaks("dates", "answer")
def date_in_local_time_as_utc(at: Scene, value: Value) -> None:
    """The moment of saving is the server's local time, two hours ahead, and says that it is UTC.

    Breaks: {moment.x-value}
    Harm: Everybody is shown a wrong hour; what was saved late shows the next day.
    """
    at.moment.change(value, lambda text: _moved(text, 2))


@breaks("dates", "answer")
def date_as_null(at: Scene, value: Value) -> None:
    """The moment of saving is null, where the answer's type has no null.

    Breaks: {moment.type}
    Harm: Programs with types refuse the whole answer.
    """
    value[at.moment.name] = None


@breaks("dates", "answer")
def date_alone_at_midnight(at: Scene, value: Value) -> None:
    """At midnight the time of the day is left out.

    Breaks: {moment.x-date-time}
    Harm: Programs refuse the whole answer, once in a great while.
    Hidden: shows only for what is saved in the second after midnight, UTC
    """
    at.moment.change(value, lambda text: text[:10] if text[10:19] == "T00:00:00" else text)


@breaks("dates", "answer")
def date_of_creation_moves(at: Scene, value: Value) -> None:
    """Every update moves the moment of creation to that of saving.

    Breaks: {creation.x-value}
    Harm: Nobody can tell how old a relation is.
    Hidden: shows only when a record is saved a second time
    """
    value[at.creation.name] = at.moment.of(value)
