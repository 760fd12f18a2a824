"""Credentials for the ways in which a contract lets a request authenticate, all invented.

In: the alternatives of an operation. Out: header fields, cookies and query fields that follow one of them.
"""

import base64
from typing import Final, NamedTuple

from relation_spec.contract import Operation, SecurityScheme

__all__ = ["AUTHORIZATION", "Credential", "alternatives", "basic"]

AUTHORIZATION: Final = "Authorization"
_USERS: Final = ("demo:demo", "user@example.com:secret", "a:", ":", "søren:pass:word", "\U0001f600:" + "x" * 60)
_TOKENS: Final = ("demo-token", "7T:abc123==", "8A:Cust1.AbC-_~+/0", "a", "0" * 500)


class Credential(NamedTuple):
    """One part of credentials: where it stands (``header``, ``cookie`` or ``query``), its name and its value."""

    location: str
    name: str
    value: str


def basic(user: str) -> str:
    """User and password as RFC 7617 writes them."""
    return base64.b64encode(user.encode()).decode()


def _of(scheme: SecurityScheme, token: str, user: str, spelt: int) -> Credential | None:
    if scheme.kind == "apiKey":
        return Credential(scheme.location, scheme.key, token)
    if scheme.kind == "mutualTLS":  # nothing in the message tells
        return None
    name = scheme.scheme if scheme.kind == "http" else "Bearer"
    shown = (name.title() if name.islower() else name, name.lower(), name.upper())[spelt]
    return Credential("header", AUTHORIZATION, f"{shown} {basic(user) if name.lower() == 'basic' else token}")


def alternatives(operation: Operation) -> tuple[tuple[tuple[Credential, ...], ...], ...]:
    """For each way to authenticate, credentials that follow it, the simplest first; ``x-equals`` is obeyed, since all
    keys of one request are the same.
    """
    ways = []
    for alternative in operation.security:
        kinds = []
        for spelt in range(3):
            for token, user in zip((*_TOKENS, _TOKENS[0]), _USERS, strict=True):
                made = [_of(scheme, token, user, spelt) for scheme in alternative]
                kinds.append(tuple(part for part in made if part is not None))
        ways.append(tuple(dict.fromkeys(kinds)))
    return tuple(ways)
