"""Defects: who is let in."""

import base64
import binascii

from relation_spec.messages.header_fields import fields_of
from relation_spec.messages.message import Request
from relation_spec.messages.security import AUTHORIZATION, Credentials
from relation_spec.server.answering import Reply
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, with_field

_UNAUTHENTICATED = 401


def _credentials(request: Request) -> Credentials:
    return Credentials.of(fields_of(request.headers), {})


@breaks("authentication", "user", forgives=("unauthenticated",))
def credentials_unneeded(at: Scene, user: str | None, request: Request) -> str | None:
    """Whoever shows no credentials at all is let in.

    Breaks: {security}
    Harm: Everybody can read and change the relations of a company.
    Hidden: shows only for requests without credentials
    """
    held = _credentials(request)
    return "" if user is None and AUTHORIZATION not in held.fields and not held.cookies else user


@breaks("authentication", "user")
def password_unchecked(at: Scene, user: str | None, request: Request) -> str | None:
    """Whatever the password, the name is believed.

    Breaks: {password}
    Harm: Everybody can act under the name of anybody.
    Hidden: shows only for wrong passwords
    """
    word, _, token = next(iter(request.values(AUTHORIZATION)), "").partition(" ")
    if user is not None or word.lower() != "basic":
        return user
    try:
        return base64.b64decode(token.strip(), validate=True).decode().partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None


@breaks("authentication", "request")
def scheme_unchecked(at: Scene, request: Request) -> Request:
    """A token is taken under a scheme that the contract does not know.

    Breaks: {security}
    Harm: Tokens that were given out for another purpose open this door too.
    Hidden: shows only for good tokens under unknown schemes
    """
    word, sign, token = next(iter(request.values(AUTHORIZATION)), "").partition(" ")
    known = {scheme.scheme.lower() for way in at.operation.security for scheme in way}
    if not sign or word.lower() in known:
        return request
    return with_field(request, AUTHORIZATION, f"Bearer {token}")


@breaks("authentication", "request")
def session_without_token(at: Scene, request: Request) -> Request:
    """The cookie of a session is enough: that its value is repeated in a header is not looked for.

    Breaks: {session.x-equals}
    Harm: Any page that a user visits can save relations in that user's name.
    Hidden: shows only for requests with the cookie and a missing or wrong header
    """
    schemes = {scheme.name: scheme for way in at.operation.security for scheme in way}
    cookies = _credentials(request).cookies
    for scheme in schemes.values():
        other = schemes.get(scheme.equals or "")
        if other is not None and scheme.location == "header" and other.key in cookies:
            return with_field(request, scheme.key, cookies[other.key])
    return request


@breaks("authentication", "reply")
def challenge_missing(at: Scene, reply: Reply, request: Request) -> Reply:
    """Who is not known is not told which credentials would do.

    Breaks: {unauthenticated.headers}
    Harm: Browsers and libraries do not ask for a password, and just fail.
    Hidden: shows only for requests without good credentials
    """
    if reply.status != _UNAUTHENTICATED:
        return reply
    return reply._replace(headers=[field for field in reply.headers if field[0] != "WWW-Authenticate"])


@breaks("authentication", "reply")
def unknown_as_forbidden(at: Scene, reply: Reply, request: Request) -> Reply:
    """Who is not known is told that it is forbidden.

    Breaks: {unauthenticated}
    Harm: Programs do not renew a token that has run out, and people ask for rights that they have.
    Hidden: shows only for requests without good credentials
    """
    return reply._replace(status=403) if reply.status == _UNAUTHENTICATED else reply


@breaks("authentication", "user")
def scheme_by_letter_case(at: Scene, user: str | None, request: Request) -> str | None:
    """The word before the credentials counts only with its capitals.

    Breaks: {security}
    Harm: Programs whose library writes the word in small letters cannot come in, with the right password.
    Hidden: shows only for credentials whose scheme is written in other letters
    """
    word, sign, _ = next(iter(request.values(AUTHORIZATION)), "").partition(" ")
    names = {scheme.scheme for way in at.operation.security for scheme in way}
    return user if not sign or word in {name.title() if name.islower() else name for name in names} else None
