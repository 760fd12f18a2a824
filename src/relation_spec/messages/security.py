"""Credentials: whether a request follows one of the contract's security requirements (OpenAPI 3.1 section 4.8.30).

Nothing here ever puts a credential, or a part of one, into words.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import unquote

from relation_spec.contract import Operation, SecurityScheme
from relation_spec.contract.pointer import join
from relation_spec.messages.writer import WordedRule, Writer

__all__ = ["AUTHORIZATION", "Credentials", "check", "secrets"]

AUTHORIZATION: Final = "authorization"
_COOKIE: Final = "cookie"
_SCHEME: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: +(.*))?", re.DOTALL)
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")  # RFC 7617 section 2 forbids them


class Credentials(NamedTuple):
    """Where credentials stand in a request: header fields by lower-case name, cookies, and query fields."""

    fields: Mapping[str, list[str]]
    cookies: Mapping[str, str]
    query: Mapping[str, str]

    @classmethod
    def of(cls, fields: Mapping[str, list[str]], query: Mapping[str, str]) -> "Credentials":
        """Those of a request's header fields and query."""
        cookies: dict[str, str] = {}
        for text in fields.get(_COOKIE, ()):
            for piece in text.split(";"):
                name, sign, value = piece.strip(" \t").partition("=")
                if sign:
                    cookies.setdefault(name.strip(" \t"), value.strip(' \t"'))
        return cls(fields, cookies, query)


class _Fault(NamedTuple):
    """Why a scheme is not followed; ``tried`` tells that the request shows some sign of it."""

    where: str
    found: str
    expected: str
    hint: str
    tried: bool


def _place(scheme: SecurityScheme) -> str:
    if scheme.kind == "apiKey":
        return f"{scheme.location}.{scheme.key}"
    return "header.Authorization"


def _value(scheme: SecurityScheme, credentials: Credentials) -> str | None:
    """The value of an apiKey, or None."""
    if scheme.location == "cookie":
        return credentials.cookies.get(scheme.key)
    if scheme.location == "query":
        return credentials.query.get(scheme.key)
    return next(iter(credentials.fields.get(scheme.key.lower(), ())), None)


def _api_key(
    scheme: SecurityScheme, alternative: tuple[SecurityScheme, ...], credentials: Credentials
) -> _Fault | None:
    where, value = _place(scheme), _value(scheme, credentials)
    noun = {"header": "header field", "cookie": "cookie", "query": "query parameter"}[scheme.location]
    if not value:
        said = f"the {noun} {scheme.key} is {'missing' if value is None else 'empty'}"
        return _Fault(
            where, said, "the value that your session got", f"Send the {noun} {scheme.key}.", value is not None
        )
    other = next((held for held in alternative if held.name == scheme.equals), None)
    if other is not None:
        same = _value(other, credentials)
        if same is not None and value not in (same, unquote(same)):
            said = f"the {noun} {scheme.key} differs from the {other.location} {other.key}"
            return _Fault(where, said, "the same value in both", f"Copy the {other.location}'s value.", tried=True)
    return None


def _http(scheme: SecurityScheme, credentials: Credentials) -> _Fault | None:
    where, name = _place(scheme), scheme.scheme
    shown = name.title() if name.islower() else name
    held = credentials.fields.get(AUTHORIZATION)
    if not held:
        return _Fault(where, "no Authorization", f"the scheme {shown}", f"Send Authorization: {shown} …", tried=False)
    found = _SCHEME.fullmatch(held[0])
    if not found or found.group(1).lower() != name.lower():
        return _Fault(where, "another scheme", f"the scheme {shown}", f"Send Authorization: {shown} …", tried=False)
    token = (found.group(2) or "").strip(" \t")
    if not token:
        return _Fault(where, f"{shown} without credentials", "credentials after it", "Add them.", tried=True)
    if re.search(r"[\x00-\x20\x7f]", token):
        said = f"credentials of {shown} with a space or control character"
        return _Fault(where, said, "one token", "Send the token alone, without line breaks.", tried=True)
    if name.lower() == "basic" and (wrong := _basic(token)):
        return _Fault(where, f"Basic credentials that {wrong}", "base64 of user:password in UTF-8 (RFC 7617)",
                      "Encode user, colon and password together in base64.", tried=True)  # fmt: skip
    return None


def _basic(token: str) -> str | None:
    try:
        decoded = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        return "are no base64"
    try:
        text = decoded.decode()
    except UnicodeDecodeError:
        return "are not UTF-8 once decoded"
    if ":" not in text:
        return "hold no colon once decoded"
    return "hold a control character, maybe a line's end, once decoded" if _CONTROL.search(text) else None


def _faults(alternative: tuple[SecurityScheme, ...], credentials: Credentials) -> list[_Fault]:
    found = []
    for scheme in alternative:
        if scheme.kind == "apiKey":
            fault = _api_key(scheme, alternative, credentials)
        elif scheme.kind == "mutualTLS":
            continue  # nothing in the message tells
        else:
            bearer = scheme if scheme.kind == "http" else scheme._replace(scheme="Bearer")  # RFC 6750 section 2.1
            fault = _http(bearer, credentials)
        if fault is not None:
            found.append(fault)
    return found


def check(operation: Operation, credentials: Credentials, writer: Writer) -> None:
    """Note what is missing for the nearest alternative, unless one is followed wholly."""
    if not operation.security:
        return
    tried: list[tuple[int, list[_Fault]]] = []
    for alternative in operation.security:
        faults = _faults(alternative, credentials)
        if not faults:
            _lonely(operation, credentials, alternative, writer)
            return
        tried.append((_nearness(faults, alternative), faults))
    nearness, nearest = max(tried, key=lambda one: one[0])
    pointer = operation.security_pointer
    if nearness <= 0:
        words = (f"found no credentials that the contract takes; expected {_list(operation)}", "Send one of these.")
        rule = WordedRule("unauthenticated", "error", pointer, "security", words)
        writer.add(
            rule, (), where=nearest[0].where if AUTHORIZATION in credentials.fields else _place(_first(operation))
        )
        return
    for fault in nearest:
        words = (f"found {fault.found}; expected {fault.expected}", fault.hint)
        writer.add(WordedRule("unauthenticated", "error", pointer, "security", words), (), where=fault.where)


def _first(operation: Operation) -> SecurityScheme:
    return operation.security[0][0]


def _nearness(faults: list[_Fault], alternative: tuple[SecurityScheme, ...]) -> int:
    """How near a request comes to an alternative: the schemes that it shows some sign of."""
    return sum(fault.tried for fault in faults) + len(alternative) - len(faults)


def _list(operation: Operation) -> str:
    ways = []
    for alternative in operation.security:
        parts = []
        for scheme in alternative:
            if scheme.kind == "apiKey":
                parts.append(f"the {scheme.location} {scheme.key}")
            else:
                name = scheme.scheme or "Bearer"
                parts.append(f"Authorization: {name.title() if name.islower() else name}")
        ways.append(" with ".join(parts))
    return ", or ".join(ways)


def _lonely(
    operation: Operation, credentials: Credentials, followed: tuple[SecurityScheme, ...], writer: Writer
) -> None:
    """Note a key that came without the one that it goes with, although another alternative is followed."""
    for alternative in operation.security:
        if alternative == followed or len(alternative) < 2:
            continue
        for scheme in alternative:
            if scheme.equals and _value(scheme, credentials) is not None:
                fault = next((f for f in _faults(alternative, credentials)), None)
                if fault is not None:
                    words = (f"found {scheme.key}, which has no effect: {fault.found}", "Leave it out, or mend it.")
                    pointer = join(scheme.pointer, "x-equals")
                    rule = WordedRule("header", "warning", pointer, "x-equals", words)
                    writer.add(rule, (), where=_place(scheme))


def secrets(operation: Operation, credentials: Credentials, userinfo: str) -> list[str]:
    """Every text of a request that is a credential, or from which one could be read."""
    found: list[str] = list(credentials.cookies.values())
    if userinfo:
        found += [userinfo, unquote(userinfo), *userinfo.split(":"), *map(unquote, userinfo.split(":"))]
    for name in (AUTHORIZATION, "proxy-authorization"):
        for text in credentials.fields.get(name, ()):
            found += [text, *text.split()[-1:]]
            try:
                decoded = base64.b64decode(text.split()[-1] if text.split() else "", validate=True).decode()
                found += [decoded, decoded.partition(":")[2]]
            except (binascii.Error, ValueError):
                pass
    for alternative in operation.security:
        found += [value for s in alternative if s.kind == "apiKey" and (value := _value(s, credentials))]
    for parameter in operation.parameters:
        if parameter.secret:
            found += credentials.fields.get(parameter.name.lower(), [])
            found += filter(None, [credentials.query.get(parameter.name), credentials.cookies.get(parameter.name)])
    public = {scheme.scheme.lower() for alternative in operation.security for scheme in alternative}
    return [text for text in found if text.lower() not in public]
