"""Breaches of what a request says about its body: no body, no label, a wrong one, an unknown charset or coding.

In: the plan of an operation's requests. Out: changes to a draft, each with the finding that it must give.
"""

from collections.abc import Iterator
from typing import Final

from relation_spec.contract.pointer import join
from relation_spec.messages.decoding import Kind, kind_of
from relation_spec.strategies.drafts import Breach, Change, MessageBreach, RequestDraft
from relation_spec.strategies.request_drafts import RequestPlan

__all__ = ["of_the_label"]

_UNKNOWN: Final = (
    "application/pdf",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "json",
    "",
)
_OTHER: Final[dict[Kind, bytes]] = {"json": b"{}", "xml": b"<a/>", "form": b"a=1"}


def of_the_label(plan: RequestPlan) -> Iterator[MessageBreach]:
    """Every breach around the body that leaves its text alone."""
    described = plan.operation.request
    if described is None or not plan.media_types:
        return
    if described.required:
        for note, body in (("no body", None), ("an empty body", b"")):
            breach = Breach("required", rule=join(described.pointer, "required"), note=note)
            yield MessageBreach(breach, _bodiless(body))
    rule = join(described.pointer, "content")
    for label in (None, *(name for name in _UNKNOWN if name not in described.content)):
        note = f"Content-Type: {label}" if label else "no Content-Type" if label is None else "an empty Content-Type"
        breach = Breach("unsupported-media-type", where="header.Content-Type", rule=rule, note=note)
        yield MessageBreach(breach, _labelled(label))
    for charset in ("klingon", "utf-7", "unicode_escape"):
        breach = Breach("unsupported-media-type", where="header.Content-Type", rule=rule, note=f"charset {charset}")
        yield MessageBreach(breach, _charset(charset))
    breach = Breach("header", where="header.Content-Type", rule=plan.operation.pointer, note="Content-Type twice")
    yield MessageBreach(breach, _label_twice)
    yield MessageBreach(Breach("malformed", rule=described.pointer, note="gzip that is none"), _coded)
    for name in plan.media_types:
        kind = kind_of(name)
        for other, body in _OTHER.items():
            if other != kind:
                note = f"{other} under {name}"
                yield MessageBreach(Breach("malformed", rule=join(rule, name), note=note), _mislabelled(name, body))


def _without_length(draft: RequestDraft) -> None:
    draft.fields = [held for held in draft.fields if held[0].lower() != "content-length"]


def _bodiless(body: bytes | None) -> Change:
    def change(draft: RequestDraft) -> None:
        _without_length(draft)
        draft.body = body

    return change


def _labelled(label: str | None) -> Change:
    def change(draft: RequestDraft) -> None:
        draft.content_type = label

    return change


def _charset(name: str) -> Change:
    def change(draft: RequestDraft) -> None:
        draft.content_type = f"{(draft.content_type or '').partition(';')[0]}; charset={name}"

    return change


def _label_twice(draft: RequestDraft) -> None:
    draft.fields.append(("Content-Type", draft.content_type or ""))


def _coded(draft: RequestDraft) -> None:
    _without_length(draft)
    draft.fields.append(("Content-Encoding", "gzip"))
    draft.body = b"\x1f\x8b\x08" + (draft.body or b"")


def _mislabelled(name: str, body: bytes) -> Change:
    def change(draft: RequestDraft) -> None:
        _without_length(draft)
        draft.content_type, draft.body = name, body

    return change
