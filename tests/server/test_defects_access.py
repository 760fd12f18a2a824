"""Each defect of refusing shows: who is let in, statuses, what errors say, and what is taken that should not be."""

from typing import Any

import pytest

from tests.server.conftest import Local
from tests.server.exchanges import NEW, Exchange, finds, gives, post, raw, sample, status, without

SECRET = "app-secret-9"
TOKEN = "8A:abc"
COOKIE = "XSRF-TOKEN"


def unknown(server: Local) -> Any:
    """Says: save, without credentials."""
    return server.post(NEW, auth=None)


def bad(server: Local) -> Any:
    """Says: save what is invalid."""
    return server.post({**NEW, "Comment": 5})


def bad_in_xml(server: Local) -> Any:
    """Says the same, and asks for XML."""
    return server.post({**NEW, "Comment": 5}, headers={"Accept": "application/xml"})


def by_cookie_alone(server: Local) -> int:
    """Says: begin a session, and save with its cookie and no header."""
    server.request("OPTIONS")  # the client keeps the cookie
    return server.post(NEW, auth=None).status_code


def stored(*names: str, **changes: Any) -> Any:
    """Says: save with ``changes``; gives the status, and these properties where there are any."""

    def say(server: Local) -> list[Any]:
        answer = server.post({name: held for name, held in (NEW | changes).items() if held is not ...})
        return [answer.status_code, *(answer.json().get(name) for name in names)]

    return say


EXCHANGES: list[Exchange] = [
    # who is let in
    gives("credentials-unneeded", status(unknown), 401, 200),
    gives("password-unchecked", lambda s: s.post(NEW, auth=("demo", "guess")).status_code, 401, 200),
    gives(
        "scheme-unchecked", status(lambda s: s.post(NEW, auth=None, headers={"Authorization": f"Token {TOKEN}"})),
        401, 200, tokens=[TOKEN],
    ),
    gives("session-without-token", by_cookie_alone, 401, 200),
    gives("challenge-missing", lambda s: "www-authenticate" in unknown(s).headers, True, False),
    gives("unknown-as-forbidden", status(unknown), 401, 403),
    gives(
        "scheme-by-letter-case", status(lambda s: s.post(NEW, auth=None, headers={"Authorization": f"bearer {TOKEN}"})),
        200, 401, tokens=[TOKEN],
    ),
    # statuses
    finds("status-created", "status", "status", post()),
    finds("error-as-success", "required", "", bad),
    gives("fault-for-bad-request", status(bad), 400, 500),
    finds("status-unknown", "status", "status", bad),
    gives("fault-on-apostrophe", status(post(Comment="O'Brien")), 200, 500),
    gives("refused-by-chance", status(post(RelationDefinitionId=-1, Comment=None)), 200, 400),
    gives("fault-on-unset-date", status(post(CreatedDate="0001-01-01T00:00:00")), 200, 500),
    # what errors say
    finds("error-as-page", "unsupported-media-type", "header.Content-Type", bad),
    finds("error-as-plain-text", "malformed", "", bad),
    gives("error-with-stack-trace", lambda s: "Traceback" in bad(s).json()["ErrorMessage"], False, True),
    gives(
        "error-echoes-secret", lambda s: SECRET in s.post({}, headers={"SO-AppToken": SECRET}).text,
        False, True,
    ),
    finds("error-without-words", "required", "", bad),
    finds("error-denies-itself", "enum", "/Error", bad),
    finds("xml-error-under-another-root", "root-element", "", bad_in_xml),
    gives("allow-without-the-operation", lambda s: s.request("PUT").headers["allow"], "POST, OPTIONS", "OPTIONS"),
    # what is taken all the same
    gives(
        "mandatory-unchecked", stored("DestinationContactId", DestinationContactId=..., DestinationPersonId=0),
        [400, None], [200, 874],
    ),
    gives("overflow-unchecked", stored("Reversed", Reversed=2**32 + 5), [400, None], [200, 5]),
    gives("type-unchecked", stored("Reversed", Reversed="7"), [400, None], [200, 7]),
    gives("label-unchecked", status(raw(sample(), Content_Type="text/plain")), 415, 200),
    gives("misspelt-name-unchecked", stored("Comment", Comment=..., Coment="lost"), [400, None], [200, None]),
    gives("format-unchecked", stored(UpdatedDate="yesterday"), [400], [200]),
    gives("select-unchecked", status(post("coment")), 400, 200),
]  # fmt: skip


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.defect)
def test_a_defect_of_refusing_shows(exchange: Exchange) -> None:
    assert exchange.told(None) == exchange.right
    assert exchange.told(exchange.defect) == exchange.wrong


def test_holes_are_no_wider_than_they_say() -> None:
    """Words that are no number, other passwords' names and headers with another token stay refused."""
    words = gives("type-unchecked", stored(Reversed="many"), [400], [400])
    assert words.told(words.defect) == [400]
    nameless = gives("credentials-unneeded", lambda s: s.post(NEW, auth=("demo", "guess")).status_code, 401, 401)
    assert nameless.told(nameless.defect) == 401
    missing = gives("mandatory-unchecked", status(without("SourceContactId", "DestinationContactId")), 400, 400)
    assert missing.told(missing.defect) == 400
