"""Breaches of authentication, one at a time and for each alternative: absent, wrong, malformed, mixed.

In: the plan of an operation's requests. Out: changes to a draft, each with the finding that it must give.
"""

import base64
from collections.abc import Iterator
from typing import Final

from relation_spec.contract import SecurityScheme
from relation_spec.contract.pointer import join
from relation_spec.strategies.authentication import AUTHORIZATION, Credential
from relation_spec.strategies.drafts import Breach, Change, MessageBreach, RequestDraft
from relation_spec.strategies.request_drafts import RequestPlan, put

__all__ = ["of_authentication"]

_IN_HEADER: Final = "header.Authorization"


def _only(*parts: Credential) -> Change:
    """These credentials, in place of what there is."""

    def change(draft: RequestDraft) -> None:
        draft.credentials = []
        draft.cookies = [held for held in draft.cookies if held[0] not in _keys(parts)]
        for part in parts:
            put(draft, part)

    return change


def _keys(parts: tuple[Credential, ...]) -> set[str]:
    return {part.name for part in parts}


def of_authentication(plan: RequestPlan) -> Iterator[MessageBreach]:
    """Every breach of the ways to authenticate."""
    operation = plan.operation
    if not operation.security or any(not way for way in operation.security):  # nothing is asked for
        return
    yield from _strangers(plan)
    for way in operation.security:
        for scheme in way:
            if scheme.kind in ("http", "oauth2", "openIdConnect") and len(way) == 1:
                yield from _malformed(plan, scheme)
        if len(way) > 1:
            yield from _halves(plan, way)


def _place(scheme: SecurityScheme) -> str:
    return f"{scheme.location}.{scheme.key}" if scheme.kind == "apiKey" else _IN_HEADER


def _breach(plan: RequestPlan, where: str, note: str) -> Breach:
    return Breach("unauthenticated", where=where, rule=plan.operation.security_pointer, note=note)


def _strip(plan: RequestPlan) -> Change:
    """Without any credentials, wherever they stand."""
    keys = {scheme.key for way in plan.operation.security for scheme in way if scheme.kind == "apiKey"}

    def change(draft: RequestDraft) -> None:
        draft.credentials = []
        draft.cookies = [held for held in draft.cookies if held[0] not in keys]
        draft.query = [held for held in draft.query if held[0] not in keys]

    return change


def _then(first: Change, second: Change) -> Change:
    def change(draft: RequestDraft) -> None:
        first(draft)
        second(draft)

    return change


def _strangers(plan: RequestPlan) -> Iterator[MessageBreach]:
    """No credentials at all, and credentials of schemes that the contract does not take."""
    first = plan.operation.security[0][0]
    bare = _strip(plan)
    yield MessageBreach(_breach(plan, _place(first), "no credentials"), bare)
    taken = {scheme.scheme.lower() for way in plan.operation.security for scheme in way}
    for text in ("Digest username=demo", "Negotiate YII=", "demo:demo", "ZGVtbzpkZW1v", "Bearer: demo", "?"):
        if text.partition(" ")[0].lower() not in taken:
            stranger = _only(Credential("header", AUTHORIZATION, text))
            note = f"Authorization: {text.partition(' ')[0]}"
            if plan.operation.security[0][0].kind != "apiKey":
                yield MessageBreach(_breach(plan, _place(first), note), _then(bare, stranger))


def _malformed(plan: RequestPlan, scheme: SecurityScheme) -> Iterator[MessageBreach]:
    """Credentials of the right scheme that cannot be read."""
    name = scheme.scheme.title() if scheme.scheme.islower() else scheme.scheme or "Bearer"
    made = {"nothing after the scheme": name, "two tokens": f"{name} demo token", "a tab": f"{name} demo\ttoken"}
    if scheme.scheme.lower() == "basic":
        made |= {
            "no base64": f"{name} demo:demo",
            "base64 without its end": f"{name} ZGVtbzpkZW1",
            "no colon": f"{name} {base64.b64encode(b'demo').decode()}",
            "no UTF-8": f"{name} {base64.b64encode(bytes([0xFF, 0x3A])).decode()}",
            "a control character": f"{name} {base64.b64encode(b'demo:demo' + bytes([10])).decode()}",
        }
    for note, text in made.items():
        change = _then(_strip(plan), _only(Credential("header", AUTHORIZATION, text)))
        yield MessageBreach(_breach(plan, _IN_HEADER, f"{name}: {note}"), change)


def _halves(plan: RequestPlan, way: tuple[SecurityScheme, ...]) -> Iterator[MessageBreach]:
    """One of two keys that go together, two that differ, and keys beside other credentials."""
    keys = [scheme for scheme in way if scheme.kind == "apiKey"]
    if len(keys) != len(way):
        return
    parts = {scheme.name: Credential(scheme.location, scheme.key, "demo-token") for scheme in keys}
    for left_out in keys:
        rest = [part for name, part in parts.items() if name != left_out.name]
        change = _then(_strip(plan), _only(*rest))
        yield MessageBreach(_breach(plan, _place(left_out), f"without {left_out.key}"), change)
        empty = Credential(left_out.location, left_out.key, "")
        change = _then(_strip(plan), _only(*rest, empty))
        also = tuple(("unauthenticated", _place(scheme), "") for scheme in keys if scheme.equals == left_out.name)
        breach = _breach(plan, _place(left_out), f"{left_out.key} is empty")
        yield MessageBreach(breach._replace(also=also), change)
    others = [credentials[0] for credentials, other in zip(plan.ways, plan.operation.security, strict=True)
              if other != way]  # fmt: skip
    for scheme in keys:
        if not scheme.equals or scheme.equals not in parts:
            continue
        wrong = Credential(scheme.location, scheme.key, "another-token")
        change = _then(_strip(plan), _only(wrong, parts[scheme.equals]))
        yield MessageBreach(_breach(plan, _place(scheme), f"{scheme.key} differs"), change)
        rule = join(scheme.pointer, "x-equals")
        for other in others:
            for note, mixed in (("differs", (wrong, parts[scheme.equals])), ("stands alone", (wrong,))):
                breach = Breach("header", where=_place(scheme), rule=rule, note=f"{scheme.key} {note} beside others")
                yield MessageBreach(breach, _then(_strip(plan), _only(*other, *mixed)))
