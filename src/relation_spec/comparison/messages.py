"""Bodies of two contracts: their media types, their statuses, and how the values in them are written.

In: two documents and an operation of each. Out: changes for each side, those inside bodies among them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from relation_spec.comparison.changes import Change, Direction, Place, Verdict
from relation_spec.comparison.differences import Difference, change_of
from relation_spec.comparison.fields import Fields
from relation_spec.comparison.parameters import parameters
from relation_spec.comparison.schemas import Comparison
from relation_spec.comparison.wire import wire
from relation_spec.contract import Body, MediaType, Operation, Side
from relation_spec.contract.pointer import join
from relation_spec.media import media_type
from relation_spec.messages.decoding import kind_of

__all__ = ["requests", "responses"]

_TYPE: Final = "header.Content-Type"


def requests(fields: Fields, old: Operation, new: Operation) -> Iterator[Change]:
    """Every change in the parameters and the body of requests."""
    comparison = Comparison(fields.old, fields.new, "request")
    yield from parameters(fields, comparison, old.parameters, new.parameters, paths=(old.path, new.path))
    before, after = old.request, new.request
    if before is None and after is None:
        return
    if before is None or after is None:
        needed = after is not None and after.required
        what = "requests have no body any more" if after is None else "requests have a body now"
        todo = "Send none." if after is None else "Send one." if needed else ""
        verdict: Verdict = "breaking" if needed or after is None else "harmless"
        places = (before.pointer,) if before else (), (after.pointer,) if after else ()
        yield Change("request", verdict, "requestBody", what, todo, (Place("body"),), *places)
        return
    if before.required != after.required:
        direction = Direction.NARROWER if after.required else Direction.WIDER
        what = f"a body {'must be there now' if after.required else 'need not be there any more'}"
        at = ((join(before.pointer, "required"),), (join(after.pointer, "required"),))
        yield change_of(Difference("required", direction, what, "Send a body.", "", (), *at), "request", "body")
    yield from fields.compare("RequestBody", before.pointer, after.pointer, "request", "body")
    yield from _Bodies(fields, "request").compare(before, after)


def responses(fields: Fields, old: Operation, new: Operation) -> Iterator[Change]:
    """Every change in the statuses, header fields and bodies of responses."""
    comparison, bodies = Comparison(fields.old, fields.new, "response"), _Bodies(fields, "response")
    for status in dict.fromkeys([*old.responses, *new.responses]):
        before, after = _covering(old.responses, status), _covering(new.responses, status)
        if before is None and after is not None:
            what = f"the status {status} is new"
            yield Change("response", "breaking", "responses", what, f"Be ready for {status}.",
                         (Place("status"),), (join(old.pointer, "responses"),), (after.pointer,))  # fmt: skip
        elif after is None and before is not None:
            what = f"the status {status} comes no longer"
            yield Change("response", "harmless", "responses", what, "", (Place("status"),), (before.pointer,), ())
        elif before is not None and after is not None:
            yield from fields.compare("Response", before.pointer, after.pointer, "response", "body", status)
            yield from parameters(fields, comparison, before.headers, after.headers, scope=status)
            yield from bodies.compare(before, after, status)


def _covering(held: Mapping[str, Body], status: str) -> Body | None:
    """The response that holds for a status, or for a range (OpenAPI 3.1 section 4.8.16)."""
    keys = (status, f"{status[0]}XX", "default")
    return next((held[key] for key in keys if key in held), None)


def _media(name: str, content: Mapping[str, MediaType]) -> MediaType | None:
    """The media type that holds for bodies of ``name``: itself, or a range that takes it in."""
    if name in content:
        return content[name]
    parsed = media_type.parse(name)
    found = media_type.match(parsed, content) if parsed is not None and "*" not in name else None
    return content[found] if found is not None else None


class _Bodies:
    """Compares what may stand in the bodies of one side."""

    def __init__(self, fields: Fields, side: Side) -> None:
        self._fields, self._side, self._scope = fields, side, ""
        self._comparisons = {xml: Comparison(fields.old, fields.new, side, xml=xml) for xml in (False, True)}

    def compare(self, old: Body, new: Body, scope: str = "") -> Iterator[Change]:
        self._scope = scope
        xml = any(kind_of(name) == "xml" for body in (old, new) for name in body.content)
        for name in dict.fromkeys([*old.content, *new.content]):
            before, after = _media(name, old.content), _media(name, new.content)
            if before is None or after is None:
                yield self._one_sided(name, before, after, old)
            else:
                yield from self._both(before, after, self._comparisons[xml])
            if self._side == "response" and self._scope.startswith("2") and after is None and before is not None:
                # RFC 9110 section 12.5.1: who accepts nothing else is not served any more
                what = f"requests that accept {name} alone are refused now"
                place = (Place("header.Accept"),)
                at = ((before.pointer,), (join(new.pointer, "content"),))
                yield Change("request", "breaking", "content", what, "Accept another media type.", place, *at)

    def _one_sided(self, name: str, before: MediaType | None, after: MediaType | None, old: Body) -> Change:
        place = (Place(_TYPE, (), self._scope),)
        at = (before.pointer,) if before else (), (after.pointer,) if after else ()
        if after is None:
            todo = "Send another one." if self._side == "request" else "Accept another one."
            return Change(self._side, "breaking", "content", f"the media type {name} is gone", todo, place, *at)
        what = f"the media type {name} is new"
        if self._side == "request":
            return Change("request", "harmless", "content", what, "", place, *at)
        if not old.content:
            return Change("response", "breaking", "content", what, "Be ready for a body.", place, *at)
        todo = "Name in Accept what you read, so that it does not come unasked."
        return Change("response", "notable", "content", what, todo, place, *at)

    def _both(self, before: MediaType, after: MediaType, comparison: Comparison) -> Iterator[Change]:
        pointers = [(media.schema,) if media.schema else () for media in (before, after)]
        for one in comparison.below(pointers[0], pointers[1]):
            yield change_of(one, self._side, "body", self._scope)
        if kind_of(after.name) == "xml" and before.schema and after.schema:
            for one in wire(self._fields.old, self._fields.new, before.schema, after.schema):
                yield change_of(one, self._side, "body", self._labelled(after.name))
        yield from self._encoding(before, after)
        where = self._labelled(after.name)
        yield from self._fields.compare("MediaType", before.pointer, after.pointer, self._side, "body", where)

    def _labelled(self, name: str) -> str:
        return f"{self._scope} {name}".strip()

    def _encoding(self, before: MediaType, after: MediaType) -> Iterator[Change]:
        """How single properties of forms are written (OpenAPI 3.1 section 4.8.15)."""
        held = [
            document.get(media.pointer).get("encoding", {})
            for document, media in ((self._fields.old, before), (self._fields.new, after))
        ]
        for name in dict.fromkeys([*held[0], *held[1]]):
            one, other = (_style(encoding.get(name, {})) for encoding in held)
            if one == other:
                continue
            at = tuple(
                (join(media.pointer, "encoding", name),) if name in encoding else ()
                for media, encoding in zip((before, after), held, strict=True)
            )
            what = f"the property {name} is written in another style"
            found = Difference(
                "encoding", Direction.BOTH, what, "Write it in the new style.", "Read it in the new style.", (name,),
                at[0], at[1],
            )  # fmt: skip
            yield change_of(found, self._side, "body", self._labelled(after.name))


def _style(encoding: Mapping[str, Any]) -> dict[str, Any]:
    """An encoding with what it says by saying nothing, and without words for people."""
    kept = {name: value for name, value in encoding.items() if name not in ("x-provenance", "x-reason")}
    style = kept.get("style", "form")
    return {"style": style, "explode": style == "form", "allowReserved": False, **kept}
