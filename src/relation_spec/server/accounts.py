"""Who sends a request: its credentials held against the accounts of this server, by the contract's security.

Basic credentials are held against the users; the token of a bearer scheme against the tokens, that of any other scheme
of HTTP against the tickets. A key in a cookie is a session: the server signs it, so that it need remember none, and
gives it with ``OPTIONS`` to whoever shows good credentials, in all cookies that the contract knows.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from relation_spec.contract import Operation, SecurityScheme
from relation_spec.messages.security import AUTHORIZATION, Credentials

__all__ = ["Accounts"]

_SESSION: Final = 8 * 3600  # seconds: a day's work
_ANYBODY: Final = ""


class Accounts:
    """The accounts of one server.

    Args:
        operation: what is served.
        users: passwords by the names of users.
        tickets: tickets, which stand for the first user; or names of users by tickets.
        tokens: tokens, likewise.
        key: signs sessions.
        clock: tells when sessions end.
    """

    def __init__(
        self,
        operation: Operation,
        users: Mapping[str, str],
        tickets: Iterable[str],
        tokens: Iterable[str],
        key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._security, self._users, self._key, self._clock = operation.security, dict(users), key, clock
        first = next(iter(users), _ANYBODY)
        self._tickets = dict(tickets) if isinstance(tickets, Mapping) else dict.fromkeys(tickets, first)
        self._tokens = dict(tokens) if isinstance(tokens, Mapping) else dict.fromkeys(tokens, first)
        schemes = {scheme.name: scheme for way in self._security for scheme in way}
        self._cookies = [scheme.key for scheme in schemes.values() if scheme.location == "cookie"]

    def user_of(self, credentials: Credentials) -> str | None:
        """The user whose credentials these are, "" where the contract asks for none, or None."""
        if not self._security:
            return _ANYBODY
        for alternative in self._security:
            users = {self._user(scheme, alternative, credentials) for scheme in alternative} or {_ANYBODY}
            if len(users) == 1 and None not in users:
                return users.pop()
        return None

    def _user(
        self, scheme: SecurityScheme, alternative: tuple[SecurityScheme, ...], credentials: Credentials
    ) -> str | None:
        if scheme.kind == "apiKey":
            key = _key(scheme, credentials)
            in_session = scheme.location == "cookie" or any(one.location == "cookie" for one in alternative)
            if key is None or not in_session:
                return _found(self._tokens, key or "")
            return self._session(unquote(key))
        word, _, token = next(iter(credentials.fields.get(AUTHORIZATION, ())), "").partition(" ")
        wanted = scheme.scheme.lower() if scheme.kind == "http" else "bearer"
        token = token.strip(" \t")
        if word.lower() != wanted or not token:
            return None
        if wanted == "basic":
            return self._basic(token)
        return _found(self._tokens if wanted == "bearer" else self._tickets, token)

    def _basic(self, token: str) -> str | None:
        try:
            name, colon, password = base64.b64decode(token, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        known = self._users.get(name)
        same = _same(password, known or "")
        return name if colon and known is not None and same else None

    def _session(self, token: str) -> str | None:
        name, _, rest = token.partition(".")
        ends, _, signature = rest.partition(".")
        if not _same(signature, self._signature(name, ends)) or int(ends) < self._clock().timestamp():
            return None
        return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()

    def _signature(self, name: str, ends: str) -> str:
        return hmac.new(self._key, f"{name}.{ends}".encode(), hashlib.sha256).hexdigest()

    def cookies(self, user: str) -> list[str]:
        """The Set-Cookie fields that begin a session of ``user``. Scripts must read them to repeat them."""
        name = base64.urlsafe_b64encode(user.encode()).decode().rstrip("=")
        ends = str(int(self._clock().timestamp()) + _SESSION)
        token = f"{name}.{ends}.{self._signature(name, ends)}"
        return [f"{key}={token}; Path=/; Max-Age={_SESSION}; SameSite=Strict" for key in self._cookies]


def _key(scheme: SecurityScheme, credentials: Credentials) -> str | None:
    if scheme.location == "header":
        return next(iter(credentials.fields.get(scheme.key.lower(), ())), None)
    held = credentials.cookies if scheme.location == "cookie" else credentials.query
    return held.get(scheme.key)


def _found(known: Mapping[str, str], token: str) -> str | None:
    """The user of a token; every known one is compared, so that time tells nothing."""
    users = [user for held, user in known.items() if _same(held, token)]
    return users[0] if users else None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
