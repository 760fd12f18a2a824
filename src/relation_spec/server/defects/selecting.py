"""Defects: the parameter that selects what comes back."""

from relation_spec.media import media_type
from relation_spec.messages.request_target import query_pairs, split_target
from relation_spec.messages.selecting import items_of
from relation_spec.schema.selection import properties_of
from relation_spec.server.answering import preferred
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value
from relation_spec.server.meaning import blank


def _asked(at: Scene) -> list[list[str]]:
    """The steps of each name in the list of the request."""
    select, url = at.operation.select, at.request.url if at.request else ""
    pairs = query_pairs(split_target(url).query or "")
    raw = next((pair.raw for pair in pairs if select and pair.name == select.name), "")
    return [name.split(select.separator if select else "/") for name in filter(None, items_of(raw))]


def _blanked(at: Scene, value: Value, kept: set[str]) -> None:
    value.update({name: at.blank(name) for name in value if name not in kept})


@breaks("select", "selected")
def select_ignored(at: Scene, value: Value, whole: Value) -> None:
    """The list has no effect: everything comes back.

    Breaks: {select.x-select}
    Harm: Answers are ten times as long as phones asked for, and show what a page meant to leave out.
    Hidden: shows only for requests that select
    """
    value.update(whole)


@breaks("select", "selected")
def select_by_letter_case(at: Scene, value: Value, whole: Value) -> None:
    """Names are found only in the letter case of the answer.

    Breaks: {select.x-select}
    Harm: Programs that write names as the documentation's example does get nothing.
    Hidden: shows only for names in another letter case
    """
    _blanked(at, value, {steps[0] for steps in _asked(at)})


@breaks("select", "selected")
def select_without_depth(at: Scene, value: Value, whole: Value) -> None:
    """A name within an object brings the whole object.

    Breaks: {select.x-select}
    Harm: Answers show more of a user than was asked for.
    Hidden: shows only for names with a slash
    """
    tops = {steps[0].lower() for steps in _asked(at)}
    value.update({name: held for name, held in whole.items() if name.lower() in tops})


@breaks("select", "selected")
def select_turned_round(at: Scene, value: Value, whole: Value) -> None:
    """What was selected is nulled, and everything else comes back.

    Breaks: {select.x-select}
    Harm: People see everything but what they asked for.
    Hidden: shows only for requests that select
    """
    tops = {steps[0].lower() for steps in _asked(at)}
    value.update({name: at.blank(name) if name.lower() in tops else held for name, held in whole.items()})


@breaks("select", "selected")
def select_gives_null_for_zero(at: Scene, value: Value, whole: Value) -> None:
    """A number that is not selected comes back as null rather than as zero.

    Breaks: {number.x-zero}
    Harm: Programs with types refuse the whole answer.
    Hidden: shows only for requests that select
    """
    if at.number.name.lower() not in {steps[0].lower() for steps in _asked(at)}:
        value[at.number.name] = None


@breaks("select", "selected")
def select_leaves_out(at: Scene, value: Value, whole: Value) -> None:
    """What is not selected is left out rather than nulled.

    Breaks: {answer.required}
    Harm: Programs that read a member without asking whether it is there crash.
    Hidden: shows only for requests that select
    """
    tops = {steps[0].lower() for steps in _asked(at)}
    for name in [name for name in value if name.lower() not in tops]:
        del value[name]


@breaks("select", "selected")
def select_takes_the_first(at: Scene, value: Value, whole: Value) -> None:
    """Only the first name of the list counts.

    Breaks: {select.explode}
    Harm: Whatever else was asked for looks empty.
    Hidden: shows only for lists of several names
    """
    first = {steps[0].lower() for steps in _asked(at)[:1]}
    _blanked(at, value, {name for name in value if name.lower() in first})


@breaks("select", "selected")
def select_shows_one_of_an_object(at: Scene, value: Value, whole: Value) -> None:
    """Of several names within the same object only the last counts.

    Breaks: {select.x-select}
    Harm: Whatever else was asked for of a user looks empty.
    Hidden: shows only for lists with several names within the same object
    """
    asked = [[step.lower() for step in steps] for steps in _asked(at)]
    entire = {steps[0] for steps in asked if len(steps) == 1}
    last = {steps[0]: steps[1] for steps in asked if len(steps) > 1 and steps[0] not in entire}
    for name, held in value.items():
        if name.lower() not in last or not isinstance(held, dict):
            continue
        below = properties_of(at.document, at.place(name).pointers)
        others = [inner for inner in held if inner in below and inner.lower() != last[name.lower()]]
        held.update({inner: blank(at.document, below[inner]) for inner in others})


@breaks("select", "selected")
def select_ignored_in_xml(at: Scene, value: Value, whole: Value) -> None:
    """In XML the list has no effect: everything comes back.

    Breaks: {select.x-select}
    Harm: Answers are ten times as long as was asked for, and show what a page meant to leave out.
    Hidden: shows only for requests that select and ask for XML
    """
    accept = ", ".join(at.request.values("Accept")) if at.request else ""
    names = preferred(accept or None, at.document.get(at.gives))
    if names and media_type.is_xml(names[0]):
        value.update(whole)
