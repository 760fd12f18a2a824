"""Credentials as people give them: parsed, put into requests, broken on purpose, and kept out of everything written.

In: ``basic:NAME:PASSWORD``, ``bearer:TOKEN``, ``ticket:TICKET`` or ``xsrf:TOKEN``, or the name of a security scheme
of the contract and its token. Out: header fields.
"""

import base64
import os
import re
from collections.abc import Iterable
from typing import Final

from relation_spec.contract import Operation, SecurityScheme, WrongCallError
from relation_spec.messages.message import Headers

__all__ = ["Credentials", "expired_of", "secrets_in", "users_of"]

_FIELD: Final = "Authorization"
_SHORTEST: Final = 4
_SHORTEST_PART: Final = 8
_TELLING: Final = re.compile("auth|cookie|token|ticket|session|secret|password|api-?key|signature", re.IGNORECASE)
_ENVIRONMENT: Final = ("RELATION_AUTH", "RELATION_AUTH_2")
_EXPIRED: Final = "RELATION_AUTH_EXPIRED"


class Credentials:
    """One user's credentials.

    Args:
        text: as it was given.
        operation: says which schemes there are.

    Raises:
        WrongCallError: for text that names no scheme of the operation.
    """

    def __init__(self, text: str, operation: Operation) -> None:
        kind, sign, token = text.partition(":")
        ways = [way for way in operation.security if any(_is_called(scheme, kind) for scheme in way)]
        if not sign or not ways or (kind.lower() == "basic" and ":" not in token):
            known = ", ".join(dict.fromkeys(_names(scheme)[0] for way in operation.security for scheme in way))
            raise WrongCallError(
                f"credentials are given as basic:NAME:PASSWORD or KIND:TOKEN, with a KIND of the contract: {known}"
            )
        self._way, self._token = ways[0], token

    @property
    def is_basic(self) -> bool:
        """Whether they are a name and a password."""
        return self._way[0].scheme.lower() == "basic"

    @property
    def scheme(self) -> SecurityScheme:
        """The scheme, the first where several go together."""
        return self._way[0]

    @property
    def name(self) -> str:
        """The user's name, or nothing where a token stands for the user."""
        return self._token.partition(":")[0] if self.is_basic else ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown; the user's name is no secret, nor a password that is the same."""
        password = self._token.partition(":")[2]
        held = (self._encoded(self._token), self._token, password) if self.is_basic else (self._token,)
        return tuple(text for text in held if len(text) >= _SHORTEST and text != self.name)

    def _encoded(self, token: str) -> str:
        return base64.b64encode(token.encode()).decode() if self.is_basic else token

    def fields(self) -> Headers:
        """The header fields that carry them."""
        return self._fields(self._token)

    def _fields(self, token: str, scheme: str | None = None) -> Headers:
        made: list[tuple[str, str]] = []
        for one in self._way:
            if one.kind != "apiKey":
                name = scheme or (one.scheme.title() if one.scheme.islower() else one.scheme or "Bearer")
                made.append((_FIELD, f"{name} {self._encoded(token)}"))
            elif one.location == "cookie":
                made.append(("Cookie", f"{one.key}={token}"))
            else:
                made.append((one.key, token))
        return tuple(made)

    def wrong(self) -> Headers:
        """The same user with another password, or another token."""
        return self._fields(f"{self._token}-wrong")

    def stranger(self) -> Headers:
        """The right token under a scheme that the contract does not know."""
        return self._fields(self._token, "Unknown-Scheme")

    def respelt(self) -> Headers:
        """The same, the scheme in other letters (RFC 9110 section 11.1: letter case does not count)."""
        scheme = self.scheme.scheme
        return self._fields(self._token, scheme.upper() if scheme.upper() != scheme else scheme.lower())

    def curl(self, token: str, auth: str) -> list[str]:
        """The options of curl that send them; ``token`` is a text of the shell that stands for the secret."""
        token = f"{token}-wrong" if auth == "wrong" else token
        if self.is_basic and auth not in ("stranger", "respelt"):
            return [f'-u "{token}"']
        if self.is_basic:
            token = f'$(printf %s "{token}" | base64 -w0)'
        fields = {"stranger": self.stranger, "respelt": self.respelt}.get(auth, self.fields)()
        return [f'-H "{name}: {value.replace(self._encoded(self._token), token)}"' for name, value in fields]


def _names(scheme: SecurityScheme) -> tuple[str, ...]:
    """What people may call a scheme: as HTTP and the contract do, and by the last word of its name."""
    held = [scheme.scheme or "bearer"] if scheme.kind != "apiKey" else []
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in scheme.name).split()
    made = [*held, scheme.name, words[-1] if scheme.kind != "apiKey" else words[0]]
    return tuple(name.lower() for name in made)


def _is_called(scheme: SecurityScheme, kind: str) -> bool:
    return kind.lower() in _names(scheme)


def expired_of(auth: str | None, operation: Operation) -> Credentials | None:
    """The credentials that are valid no more, or None; as :func:`users_of`."""
    given = auth or os.environ.get(_EXPIRED)
    return Credentials(given, operation) if given else None


def users_of(auth: str | Iterable[str] | None, operation: Operation) -> tuple[Credentials, ...]:
    """The users that are given, or stand in the environment where ``auth`` is None.

    Raises:
        WrongCallError: for credentials that are none of the operation, or more than two.
    """
    if auth is None:
        auth = [text for text in map(os.environ.get, _ENVIRONMENT) if text]
    given = [auth] if isinstance(auth, str) else list(auth)
    if len(given) > 2:
        raise WrongCallError(f"credentials are given once or twice, not {len(given)} times")
    return tuple(Credentials(text, operation) for text in given)


def secrets_in(name: str, value: str, known: frozenset[str]) -> list[str]:
    """What must not be shown of a header field that is given for every request.

    Args:
        name: its name.
        value: its value.
        known: names, in small letters, of fields that hold credentials; others are told by words in their names.
    """
    if len(value) < _SHORTEST or not (name.lower() in known or _TELLING.search(name)):
        return []
    scheme, _, token = value.partition(" ")
    parts = [token, *(pair.partition("=")[2] for pair in value.split(";"))]
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(token, validate=True).decode()
            parts += [pair, pair.partition(":")[2]]
        except ValueError:
            pass  # it is no name and password
    return [value, *(part for part in parts if len(part) >= _SHORTEST_PART)]
