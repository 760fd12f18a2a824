"""Checks of single answers: status, label, schema, errors, leaks, acceptance, refusal, authentication, method, time.

In: an exchange. Out: failures. Each check is a function that knows nothing of the others.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from relation_spec.findings import Finding, quote
from relation_spec.fuzz.model import Case, Exchange, Failure
from relation_spec.fuzz.session import Session
from relation_spec.media import media_type
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.message import Response
from relation_spec.messages.negotiation import Accept, allows, parse_accept

__all__ = [
    "accepted", "authentication", "content_type", "errors", "leaks", "method", "numbers", "refused", "schema",
    "server_error", "status", "time",
]  # fmt: skip

_TRACES: Final = re.compile(
    r"Traceback \(most recent call last\)|^\s*File \".+\", line \d+|^\s*at [\w.$<>`]+\(.*\)"
    r"|\.(?:cs|java|py|php):line \d+"
    r"|Stack trace:|goroutine \d+ \[running\]",
    re.MULTILINE,
)
_LABELS: Final = frozenset({"unsupported-media-type", "not-acceptable", "header"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
_SENT_ALONE: Final = ("send", "pair")
_GROWTH: Final = "unknown-property"


def _said(exchange: Exchange) -> str:
    return f"{exchange.response.status}" if exchange.response is not None else exchange.fault or "nothing"


def server_error(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """No request makes the target fail: no status from 500 on, no broken connection, no exception."""
    case, response = exchange.case, exchange.response
    if response is not None and (response.status < 500 or _is_busy(response)):
        return
    if response is not None and response.status == 501 and case.method not in _METHODS:
        return  # RFC 9110 section 9.1 asks for this status
    kind = {"accepted": "a valid request", "refused": "a broken request", "free": "a request"}[case.expect]
    cause = f"{response.status}" if response is not None else re.split("[:0-9]", exchange.fault or "")[0]
    title = f"The server fails at {kind}"
    message = (
        f"{case.note}: found {_said(exchange)}; expected {'a success' if case.expect == 'accepted' else 'no fault'}"
    )
    words = _words(response) if response is not None else exchange.fault or ""
    yield Failure("server-error", "status", f"{cause}, {case.expect}", title, message,
                  session.facts.rule("responses"), exchange, words=words)  # fmt: skip


def _words(response: Response) -> str:
    """What an answer says, as far as two that say the same are alike."""
    return response.body.decode("utf-8", "replace") if isinstance(response.body, bytes) else ""


def _is_busy(response: Response) -> bool:
    return response.status == 503 and bool(response.values("retry-after"))


def status(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """Every status is one that the contract documents; so that programs know what to do with it."""
    response, operation = exchange.response, session.facts.operation
    if response is None or exchange.case.group == "path" or operation.response(response.status) is not None:
        return
    if exchange.case.method != operation.method and response.status < 300:
        return
    if response.status == 429 or response.status >= 500:
        return
    known = ", ".join(operation.responses)
    yield Failure("status", "status", str(response.status), f"Status {response.status} is not documented",
                  f"{exchange.case.note}: found status {response.status}; documented are {known}",
                  session.facts.response_rule(response.status), exchange)  # fmt: skip


def _wrong(session: Session, exchange: Exchange) -> list[Finding]:
    """The findings of an answer that count: errors, and warnings but for names that are new, since servers grow."""
    response = exchange.response
    if response is None or exchange.case.method != session.facts.operation.method:
        return []
    if session.facts.operation.response(response.status) is None:
        return []
    found = [f for f in session.report(exchange).findings if f.severity == "error" or f.code != _GROWTH]
    return [finding for finding in found if finding.code != "status" and finding.where != "status"]


def _general(pointer: str) -> str:
    """A place without the numbers of items."""
    return re.sub(r"/\d+(?=/|$)", "/*", pointer)


def _failure(check: str, finding: Finding, title: str, exchange: Exchange) -> Failure:
    place = _general(finding.pointer) or finding.where
    cause = f"{finding.code}"
    return Failure(
        check, place, cause, title, f"{exchange.case.note}: {finding.message}", finding.spec_pointer, exchange,
        at=finding.pointer, words=finding.message.partition(";")[0],
    )  # fmt: skip


def content_type(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """A good answer says what it is, and is what the request accepts; of several the one with the greatest weight."""
    response = exchange.response
    if response is None or not 200 <= response.status <= 299 or exchange.case.method != session.facts.operation.method:
        return
    if exchange.case.expect != "accepted" and _denies(session, exchange):
        return
    wrong = [f for f in _wrong(session, exchange) if f.where.startswith("header.")]
    for finding in wrong:
        yield _failure("content-type", finding, "A good answer is not labelled as it must be", exchange)
    label = media_type.parse(next(iter(response.values("content-type")), ""))
    if wrong or label is None or exchange.case.accept is None:
        return
    ranges = parse_accept(exchange.case.accept)
    if isinstance(ranges, str) or not allows(ranges, session.facts.answers):
        return
    weights = {name: _weight(ranges, name) for name in session.facts.answers}
    best = max(weights.values())
    if weights.get(label.name, best) < best:
        liked = ", ".join(name for name, weight in weights.items() if weight == best)
        yield Failure(
            "content-type", "header.Accept", "weight", "The weights of Accept do not count",
            f"{exchange.case.note}: found {label.name}; expected {liked}, which Accept likes better",
            session.facts.response_rule(response.status), exchange,
        )  # fmt: skip


def _weight(ranges: list[Accept], name: str) -> float:
    major = f"{name.partition('/')[0]}/*"
    for wanted in (name, major, "*/*"):
        for one in ranges:
            if one.name == wanted:
                return one.weight
    return 0.0


def schema(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """The body of a good answer keeps to its schema, in JSON and in XML, and can be read at all."""
    response = exchange.response
    if response is None or not 200 <= response.status <= 299:
        return
    if exchange.case.expect != "accepted" and _denies(session, exchange):
        return
    for finding in session.report(exchange).warnings:
        if finding.code == _GROWTH:
            session.notes[f"answers hold {finding.pointer}, which the contract does not know"] = None
    for finding in _wrong(session, exchange):
        if finding.where.startswith("header."):
            continue
        if finding.code == "not-selected":
            found = _failure("select", finding, "$select does not null what it leaves out", exchange)
            nested = finding.pointer.count("/") > 1
            yield replace(found, place=finding.where, cause="not nulled within an object" if nested else "not nulled",
                          message=f"{exchange.case.note}: {finding.pointer}: {finding.message}")  # fmt: skip
        else:
            yield _failure("schema", finding, f"An answer breaks its schema: {finding.code}", exchange)


def errors(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """The answer to a refused request is the documented error object, in a media type that the request accepts."""
    response = exchange.response
    if response is None or response.status < 400 or exchange.case.group == "path":
        return
    for finding in _wrong(session, exchange):
        if finding.where == "header.WWW-Authenticate" or (finding.code in _LABELS and exchange.case.group == "accept"):
            continue
        yield _failure("errors", finding, f"An error is not the documented error object: {finding.code}", exchange)


def leaks(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """No answer shows a credential of the request, or where in the program something went wrong."""
    response = exchange.response
    if response is None:
        return
    text = response.body.decode("utf-8", "replace") if isinstance(response.body, bytes) else str(response.body)
    asked = exchange.request.body if isinstance(exchange.request.body, bytes) else b""
    found = _TRACES.search(text.replace("\\n", "\n").replace('\\"', '"').replace("&quot;", '"'))
    if found and found.group().encode() not in asked:
        yield Failure("leaks", "body", "stack trace", "An answer shows a stack trace",
                      f"{exchange.case.note}: found {quote(found.group().strip())} in an answer with {_said(exchange)}",
                      session.facts.rule("responses"), exchange)  # fmt: skip
    heads = "\n".join(value for name, value in response.headers if name.lower() != "set-cookie")
    secret = [p.name.lower() for p in session.facts.operation.parameters if p.secret]
    sent = [value for name, value in exchange.case.headers if name.lower() in secret and len(value) > 7]
    if any(one in text or one in heads for one in (*session.secrets, *sent)):
        yield Failure("leaks", "body", "secret", "An answer shows a credential",
                      f"{exchange.case.note}: found a credential of the request in an answer with {_said(exchange)}",
                      session.facts.operation.security_pointer, exchange)  # fmt: skip


def accepted(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """A valid request is accepted."""
    case, response = exchange.case, exchange.response
    if case.expect != "accepted" or response is None or response.status >= 500 or response.status == 429:
        return
    if 200 <= response.status <= 299:
        if response.body and exchange.ok and _denies(session, exchange):
            yield _refusal(session, exchange, "error", "A success is answered by an error object")
        return
    yield _refusal(session, exchange, f"{response.status}", "A valid request is refused")


def _denies(session: Session, exchange: Exchange) -> bool:
    """Whether what claims to be a success carries none of the properties that it must have."""
    response = exchange.response
    claims = response is not None and 200 <= response.status <= 299
    return claims and isinstance(exchange.value, dict) and not exchange.value.keys() & session.facts.answered.keys()


def _refusal(session: Session, exchange: Exchange, cause: str, title: str) -> Failure:
    case, response = exchange.case, exchange.response
    words = _words(response) if response is not None else ""
    told = f": {quote(words)}" if words else ""
    pointer = case.rule or session.facts.rule("requestBody")
    place = f"{kind_of(case.content_type or '')} answered as {kind_of(case.accept or '')}"
    return Failure("accepted", place, cause, title,
                   f"{case.note}: found status {_said(exchange)}{told}; expected a success", pointer,
                   exchange, words=_meaning(session, response) or words)  # fmt: skip


def _meaning(session: Session, response: Response | None) -> str:
    """What an error object says, in whatever media type it comes; nothing where there is none."""
    value = session.facts.decoded(response) if response is not None else None
    return "\n".join(text for text in value.values() if isinstance(text, str)) if isinstance(value, dict) else ""


def _unknown(case: Case) -> bool:
    """Whether it is about who is let in; a header field that says more than who somebody is is not."""
    own = case.group == "credentials" or not case.breach or "unauthenticated" in case.breach
    return own and 401 in case.statuses


def refused(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """A request that breaks a rule is refused, with the status that says so; a status from 500 on is no refusal."""
    case, response = exchange.case, exchange.response
    if case.expect == "accepted" or response is None or response.status >= 500:
        return
    if _denies(session, exchange):
        yield Failure("refused", "status", "error as success", "An error claims to be a success",
                      f"{case.note}: found status {response.status} with an error object",
                      session.facts.response_rule(400), exchange)  # fmt: skip
        return
    if _unknown(case) or case.expect == "free":
        return
    if response.status in case.statuses or response.status == 429 or case.group == "method":
        return
    known = session.facts.operation.response(response.status) is not None
    if response.status >= 400 and (not known or case.group == "path"):
        return
    is_taken = response.status < 400
    wanted = " or ".join(map(str, case.statuses))
    title = "A broken request is accepted" if is_taken else "A broken request is refused with another status"
    place = case.rule.rpartition("/")[2] if case.group == "body" else case.rule
    yield Failure(
        "refused", place, "accepted" if is_taken else f"{response.status} for {wanted}", title,
        f"{case.note}: found status {response.status}; expected {wanted}",
        case.rule if is_taken else session.facts.response_rule(case.statuses[0]), exchange,
    )  # fmt: skip


def authentication(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """Nobody gets in without good credentials: the answer is 401, with a challenge (RFC 9110 section 15.5.2)."""
    case, response = exchange.case, exchange.response
    if response is None or response.status >= 500:
        return
    rule = session.facts.operation.security_pointer
    if case.expect == "refused" and _unknown(case) and not _fits(session, exchange):
        is_in = response.status < 400
        title = "A request without good credentials is let in" if is_in else "Unknown users are not told so"
        yield Failure(
            "authentication", case.rule or rule, case.note if is_in else str(response.status), title,
            f"{case.note}: found status {response.status}; expected {' or '.join(map(str, case.statuses))}",
            (case.rule or rule) if is_in else session.facts.response_rule(401), exchange,
        )  # fmt: skip
    asks = any(len(way) == 1 and way[0].kind == "http" for way in session.facts.operation.security)
    if response.status == 401 and asks and not response.values("www-authenticate"):
        yield Failure("authentication", "header.WWW-Authenticate", "challenge", "401 comes without a challenge",
                      f"{case.note}: found no WWW-Authenticate; RFC 9110 section 11.6.1 expects one with 401",
                      session.facts.response_rule(401), exchange)  # fmt: skip


def _fits(session: Session, exchange: Exchange) -> bool:
    """Whether a status is one of those that the case expects; another check tells of errors that claim success."""
    status = exchange.response.status if exchange.response is not None else 0
    return status in exchange.case.statuses or _denies(session, exchange)


def numbers(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """Saving again keeps number and creation, and a new record gets a number that no other new one got."""
    identity, sent = session.facts.identity, exchange.sent
    is_new = isinstance(sent, dict) and identity is not None and not sent.get(identity.name)
    if not is_new or identity is None or not exchange.ok or exchange.case.query:
        return
    number = exchange.value.get(identity.name) if isinstance(exchange.value, dict) else None
    if not number or not isinstance(number, int):
        return
    if number in session.numbers:
        yield Failure("update", f"/{identity.name}", "reused", "A new record gets the number of another",
                      f"{exchange.case.note}: two new records got the number {number}", identity.pointer,
                      exchange)  # fmt: skip
    session.numbers.add(number)


def method(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """Another method is refused with 405 and Allow (RFC 9110 section 15.5.6)."""
    case, response = exchange.case, exchange.response
    if case.group != "method" or response is None or response.status >= 500:
        return
    pointer = session.facts.response_rule(405)
    if response.status == 405 and not response.values("allow"):
        yield Failure("method", "header.Allow", "allow", "405 comes without Allow",
                      f"{case.note}: found no Allow; RFC 9110 section 10.2.1 expects one with 405",
                      pointer, exchange)  # fmt: skip
    allowed = [part.strip() for text in response.values("allow") for part in text.split(",")]
    own = session.facts.operation.method
    if response.status == 405 and response.values("allow") and own not in allowed:
        title = "Allow leaves out a method that is taken"
        yield Failure("method", "header.Allow", "allow without the operation", title,
                      f"{case.note}: found Allow: {', '.join(allowed)}; expected {own} among them (RFC 9110 section "
                      "10.2.1)", pointer, exchange)  # fmt: skip
    fine = (
        response.status in (404, 405)
        or _denies(session, exchange)
        or (case.method not in _METHODS and response.status >= 400)
        or (case.method in ("OPTIONS", "HEAD", "TRACE") and response.status < 405)
    )
    if not fine and response.status != 429:
        yield Failure("method", "status", str(response.status), "Another method is not refused with 405",
                      f"{case.note}: found status {response.status}; expected 405", pointer, exchange)  # fmt: skip


def time(session: Session, exchange: Exchange) -> Iterator[Failure]:
    """No valid value makes an answer ten times slower than usual, three times in a row."""
    if exchange.case.expect != "accepted" or not exchange.ok or exchange.case.kind not in _SENT_ALONE:
        return  # sending it again would come between the steps of a sequence
    slower = session.is_slow(exchange)
    if slower is not None:
        yield Failure("time", "body", "slow", "A valid request takes far longer than others",
                      f"{exchange.case.note}: took {exchange.seconds:.1f} s, {slower:.0f} times as long as usual",
                      session.facts.rule("requestBody"), exchange)  # fmt: skip
