"""Parameters of requests and header fields of responses in two contracts, and the parameter that selects properties."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from relation_spec.comparison.changes import Change, Direction, Place, Verdict
from relation_spec.comparison.differences import Difference, change_of
from relation_spec.comparison.facets import shown
from relation_spec.comparison.fields import Fields
from relation_spec.comparison.schemas import Comparison
from relation_spec.contract import Document, Operation, Parameter, Select, Side
from relation_spec.contract.pointer import join
from relation_spec.schema.selection import Selection, properties_of

__all__ = ["parameters", "selecting"]

_DEEPEST: Final = 3
_MOST_NAMES: Final = 2000


def _key(parameter: Parameter, path: str) -> tuple[str, str]:
    """What makes a parameter the same in both contracts; in a path that is its place, since no message has its name."""
    if parameter.location == "path":
        return "path", str(path.partition(f"{{{parameter.name}}}")[0].count("{"))
    folded = parameter.name.lower() if parameter.location == "header" else parameter.name  # RFC 9110 section 5.1
    return parameter.location, folded


def parameters(
    fields: Fields,
    comparison: Comparison,
    old: Sequence[Parameter],
    new: Sequence[Parameter],
    *,
    scope: str = "",
    paths: tuple[str, str] = ("", ""),
) -> Iterator[Change]:
    """Every change in the parameters of requests, or in the header fields of responses with one status.

    Args:
        fields: the documents.
        comparison: that of schemas of the side.
        old: those before.
        new: those now.
        scope: the status of the responses, or "".
        paths: the path of either operation, for the parameters in it.
    """
    side = comparison.side
    before, after = ({_key(one, path): one for one in held} for held, path in zip((old, new), paths, strict=True))
    for key in {**before, **after}:
        if key not in after:
            yield _gone(fields.new, side, before[key], scope)
        elif key not in before:
            yield _come(fields.old, side, after[key], scope)
        else:
            yield from _both(fields, comparison, before[key], after[key], scope)


def _place(parameter: Parameter, scope: str) -> tuple[Place, ...]:
    return (Place(f"{parameter.location}.{parameter.name}", (), scope),)


def _noun(parameter: Parameter) -> str:
    nouns = {"header": "header field", "query": "query parameter", "path": "path parameter", "cookie": "cookie"}
    return f"the {nouns[parameter.location]} {parameter.name}"


def _gone(new: Document, side: Side, held: Parameter, scope: str) -> Change:
    what = f"{_noun(held)} is described no longer"
    verdict: Verdict = "notable"
    if side == "response":
        verdict = "breaking" if held.required else "notable"
        todo = "Do not rely on it any more."
    elif held.location == "path" or (
        held.location == "query" and new.severity("unknown-parameter", "request") == "error"
    ):
        verdict, what, todo = "breaking", f"{what}, and refused", "Stop sending it."
    else:
        todo = "Stop sending it; it has no effect any more."
    return Change(side, verdict, "parameters", what, todo, _place(held, scope), (held.pointer,), ())


def _come(old: Document, side: Side, held: Parameter, scope: str) -> Change:
    what = f"{_noun(held)} is new{' and must be there' if held.required else ''}"
    verdict: Verdict = "harmless"
    todo = ""
    if side == "request" and held.required:
        verdict, todo = "breaking", "Send it with every request."
    elif side == "request" and not (
        held.location == "query" and old.severity("unknown-parameter", "request") == "error"
    ):
        verdict, todo = "notable", "Look whether you send it already for something else: now it counts."
    return Change(side, verdict, "parameters", what, todo, _place(held, scope), (), (held.pointer,))


def _both(fields: Fields, comparison: Comparison, before: Parameter, after: Parameter, scope: str) -> Iterator[Change]:
    side, where = comparison.side, f"{after.location}.{after.name}"
    kind = "Header" if side == "response" else "Parameter"

    def change(keyword: str, direction: Direction, what: str, send: str = "", read: str = "") -> Change:
        places = ((join(before.pointer, keyword),), (join(after.pointer, keyword),))
        return change_of(Difference(keyword, direction, what, send, read, (), *places), side, where, scope)

    if before.required != after.required:
        if after.required:
            yield change("required", Direction.NARROWER, f"{_noun(after)} must be there now", "Send it always.")
        else:
            what = f"{_noun(after)} need not be there any more"
            yield change("required", Direction.WIDER, what, "", "Be ready for its absence.")
    if (before.style, before.explode) != (after.style, after.explode):
        what = f"{_noun(after)} is written in another style"
        yield change("style", Direction.BOTH, what, "Write it in the new style.", "Read it in the new style.")
    pointers = [(parameter.schema,) if parameter.schema else () for parameter in (before, after)]
    for one in comparison.below(pointers[0], pointers[1]):
        yield change_of(replace(one, steps=()), side, where, scope)
    yield from fields.compare(kind, before.pointer, after.pointer, side, where, scope)


def _schema(operation: Operation) -> str | None:
    """The schema of what is answered when all went well."""
    bodies = [body for status, body in operation.responses.items() if status.startswith("2")]
    return next((media.schema for body in bodies for media in body.content.values() if media.schema), None)


def _names(document: Document, schema: str, separator: str) -> Iterator[str]:
    """The names that may be selected, of nested properties too."""
    level: list[tuple[str, tuple[str, ...]]] = [("", (schema,))]
    for _ in range(_DEEPEST):
        level = [
            (f"{head}{separator if head else ''}{name}", below)
            for head, pointers in level
            for name, below in properties_of(document, pointers).items()
        ][:_MOST_NAMES]
        yield from (head for head, _ in level)


def _rules(document: Document, select: Select) -> Any:
    return document.get(select.pointer)["x-select"]


def selecting(fields: Fields, old: Operation, new: Operation) -> Iterator[Change]:
    """Every change in what may be selected, and in how."""
    before, after = old.select, new.select
    if before is None or after is None:
        yield from _one_sided(old, new)
        return
    at = ((join(before.pointer, "x-select"),), (join(after.pointer, "x-select"),))

    def change(side: Side, verdict: Verdict, what: str, todo: str) -> Change:
        return Change(side, verdict, "x-select", what, todo, (Place(f"query.{after.name}"),), *at)

    if before.separator != after.separator:
        what = f"names in {after.name} are joined by {shown(after.separator)} now"
        yield change("request", "breaking", what, "Join them so.")
    if before.case_sensitive != after.case_sensitive:
        what = f"letter case in {after.name} {'counts now' if after.case_sensitive else 'counts no longer'}"
        verdict: Verdict = "breaking" if after.case_sensitive else "harmless"
        yield change("request", verdict, what, "Write names as the contract does." if after.case_sensitive else "")
    schemas = _schema(old), _schema(new)
    if schemas[0] is None or schemas[1] is None:
        return
    joined = after._replace(separator=before.separator, case_sensitive=before.case_sensitive)
    names = tuple(dict.fromkeys(_names(fields.old, schemas[0], before.separator)))
    # each by itself: beside a property, those inside of it are not looked at
    lost = [name for name in names if Selection(fields.new, "response", joined, schemas[1], (name,)).unknown]
    top = [name for name in lost if not any(name.startswith(f"{other}{before.separator}") for other in lost)]
    for name in top:
        yield change("request", "breaking", f"{after.name} takes the name {shown(name)} no longer", "Do not select it.")


def _one_sided(old: Operation, new: Operation) -> Iterator[Change]:
    before, after = old.select, new.select
    held = before or after
    if held is None or held.name not in {parameter.name for parameter in (new if before else old).parameters}:
        return  # the parameter itself is gone or new, which is told
    at = ((join(before.pointer, "x-select"),) if before else (), (join(after.pointer, "x-select"),) if after else ())
    place = (Place(f"query.{held.name}"),)
    if after is not None:
        what = f"{held.name} selects properties now, and takes their names alone"
        yield Change("request", "breaking", "x-select", what, "Send names of properties alone.", place, *at)
        yield Change("response", "notable", "x-select", what, "Be ready for nulls where it is used.", place, *at)
    else:
        what = f"{held.name} selects nothing any more"
        yield Change("request", "notable", "x-select", what, "Stop sending it, unless for its new sense.", place, *at)
        yield Change("response", "breaking", "x-select", what, "Be ready for all properties.", place, *at)
