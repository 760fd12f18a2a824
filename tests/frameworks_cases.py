"""About 60 exchanges, as varied as traffic gets, and what is known to become of them on the way.

Every case is a request and the answer to it. Header values are text that stands for ISO 8859-1 bytes.
"""

import gzip
import json
import zlib
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes

from relation_spec import load

Fields = list[tuple[str, str]]

_DOCUMENT = load().document
SAVE: dict[str, Any] = _DOCUMENT.get("/components/examples/SampleRequest/value")
SAVED: dict[str, Any] = _DOCUMENT.get("/components/examples/SampleResponse/value")
PATH = "/api/v1/Relation"
TICKET = ("Authorization", "SoTicket 7T:abc")
AS_JSON = ("Content-Type", "application/json")
AS_XML = ("Content-Type", "application/xml; charset=utf-8")
AS_FORM = ("Content-Type", "application/x-www-form-urlencoded")
XML = "<ContactRelationEntity><Comment>blåbær</Comment></ContactRelationEntity>".encode()
ERROR = json.dumps({"Error": True, "ErrorType": None, "ErrorMessage": "é", "ErrorSource": None}).encode()


def dumped(value: Any, **changes: Any) -> bytes:
    return json.dumps({**value, **changes}, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Case:
    name: str
    method: str = "POST"
    target: str = PATH
    headers: Fields = field(default_factory=lambda: [AS_JSON, TICKET])
    body: bytes = dumped(SAVE)
    status: int = 200
    sent: Fields = field(default_factory=lambda: [AS_JSON])
    answer: bytes = dumped(SAVED)
    plain: bytes | None = None
    """The answer's bytes once their coding is undone, where they have one that clients undo."""


def asked(name: str, *more: tuple[str, str], kind: tuple[str, str] | None = AS_JSON, **parts: Any) -> Case:
    return Case(name, headers=[*([kind] if kind else []), TICKET, *more], **parts)


def answered(name: str, *more: tuple[str, str], kind: tuple[str, str] | None = AS_JSON, **parts: Any) -> Case:
    return Case(name, sent=[*([kind] if kind else []), *more], **parts)


def zipped(case: Case, pack: Any = gzip.compress, coding: str = "gzip") -> Case:
    return replace(
        case,
        name=f"{case.name}, {coding}",
        answer=pack(case.answer),
        plain=case.answer,
        sent=[*case.sent, ("Content-Encoding", coding)],
    )


CASES: Final = [
    Case("the sample"),
    # methods
    *(asked(f"method {method}", method=method) for method in ("PUT", "PATCH", "DELETE", "OPTIONS")),
    asked("GET without a body", method="GET", kind=None, body=b""),
    asked("HEAD", method="HEAD", kind=None, body=b"", answer=b""),
    # bodies
    asked("non-ASCII", body=dumped(SAVE, Comment="blåbær 😀 \u2028")),
    asked("long", body=dumped(SAVE, Comment="å" * 100_000)),
    asked("long and broken", body=dumped(SAVE, SourceContactId="å" * 100_000)),
    asked("empty", body=b""),
    asked("empty object", body=b"{}"),
    asked("cut off", body=dumped(SAVE)[:50]),
    asked("marked", body=b"\xef\xbb\xbf" + dumped(SAVE)),
    asked("any bytes", body=bytes(range(256))),
    asked("ends of lines", body=b'\r\n{\r"SourceContactId": 1,\n"DestinationContactId": 2}\r\n\r\n'),
    asked("UTF-16", kind=("Content-Type", "application/json; charset=utf-16"), body=dumped(SAVE).decode().encode("utf-16")),
    asked("XML", kind=AS_XML, body=XML),
    asked("XML, broken", kind=("Content-Type", "text/xml"), body=XML[:-3]),
    asked("form", kind=AS_FORM, body=b"SourceContactId=1&DestinationContactId=2&Comment=a+%C3%A9"),
    asked("form, broken", kind=AS_FORM, body=b"SourceContactId=one&&=&%zz"),
    asked("multipart", kind=("Content-Type", "multipart/form-data; boundary=x"), body=b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'),
    asked("no type", kind=None),
    asked("another type", kind=("Content-Type", "text/plain")),
    asked("gzip", ("Content-Encoding", "gzip"), body=gzip.compress(dumped(SAVE), mtime=0)),
    # addresses
    asked("$select", target=f"{PATH}?$select=comment,createdBy/fullName"),
    asked("%24select", target=f"{PATH}?%24select=comment%2CcreatedBy%2FfullName"),
    asked("$select with spaces", target=f"{PATH}?$select=comment,+%20reversed"),
    asked("$select of nothing known", target=f"{PATH}?$select=nothing"),
    asked("$select twice", target=f"{PATH}?$select=comment&$select=reversed"),
    asked("$select empty", target=f"{PATH}?$select="),
    asked("other parameters", target=f"{PATH}?a&b=&=c&d=%C3%A9%26&e=1;f=2"),
    asked("prefix", target="/Cust26759/api/v1/Relation"),
    asked("encoded path", target="/api/v1/%52elation%20%C3%A9%25"),
    asked("path that may be plain", target="/api/v1/%24Relation;a=1"),
    asked("slash in a segment", target="/api%2Fv1/Relation"),
    asked("lower-case hex", target="/api/v1/Relation%c3%a9?a=%c3%a9"),
    asked("another path", target="/api/v1/Contact/1"),
    # header fields
    asked("languages", ("SO-Language", "de"), ("SO-Culture", "nb"), ("SO-TimeZone", "W. Europe Standard Time")),
    asked("languages, wrong", ("SO-Language", "german"), ("Accept-Language", "fr,de;q=0.5")),
    asked("repeated", ("X-A", "1"), ("X-B", "2"), ("X-A", "3"), ("X-A", "1")),
    asked("repeated languages", ("Accept-Language", "fr"), ("Accept-Language", "de")),
    asked("language twice", ("SO-Language", "de"), ("SO-Language", "fr")),
    asked("Latin-1", ("SO-Language", "é"), ("X-A", "ÿ\xa0þ")),
    asked("no value", ("SO-Language", ""), ("X-A", "")),
    asked("long value", ("SO-AppToken", "t" * 4000)),
    asked("accepts", ("Accept", "application/json")),
    asked("accepts nothing of ours", ("Accept", "image/png")),
    Case("no credentials", headers=[AS_JSON]),
    Case("basic", headers=[AS_JSON, ("Authorization", "Basic YTpi")]),
    Case("bearer, empty", headers=[AS_JSON, ("Authorization", "Bearer")]),
    Case("cookie", headers=[AS_JSON, ("X-XSRF-TOKEN", "a b"), ("Cookie", "x=1; XSRF-TOKEN=a%20b")]),
    # answers
    answered("no content", kind=None, status=204, answer=b""),
    answered("nothing", kind=None, answer=b""),
    answered("an error", status=400, answer=ERROR),
    answered("unauthorized", ("WWW-Authenticate", "Basic"), status=401, answer=ERROR),
    answered("repeated answered", ("Link", "</a>"), ("X-A", "1"), ("Link", "</b>")),
    answered("not found", kind=("Content-Type", "text/html"), status=404, answer=b"<p>no"),
    answered("server error", status=500, answer=ERROR[:-1]),
    answered("XML answered", kind=AS_XML, answer=XML),
    answered("no type answered", kind=None),
    answered("cookies", ("Set-Cookie", "a=1; Path=/else"), ("Set-Cookie", "b=2; Path=/else")),
    answered("Latin-1 answered", ("X-A", "é\xa0ÿ"), ("X-B", "")),
    answered("long answer", answer=dumped(SAVED, Comment="å" * 100_000)),
    answered("unknown coding", ("Content-Encoding", "made-up"), answer=b"\x00"),
    answered("HEAD, coded", ("Content-Encoding", "gzip"), method="HEAD", body=b"", answer=b""),
    zipped(answered("coded")),
    zipped(answered("coded long", answer=dumped(SAVED, Comment="å" * 100_000))),
    zipped(answered("coded error", status=400, answer=ERROR)),
    zipped(answered("coded", answer=dumped(SAVED, Comment=1)), zlib.compress, "deflate"),
]  # fmt: skip

WSGI: Final = frozenset({"flask", "django"})


def carried(case: Case, client: str, server: str) -> tuple[str, Fields, bytes]:
    """Target, header fields and body that should arrive; every exception to "as they were sent" stands here."""
    target, headers, body = case.target, case.headers, case.body
    if client in ("requests", "urllib3"):  # both spell percent-encoding in capitals (RFC 3986 section 6.2.2.1)
        target = target.replace("%c3%a9", "%C3%A9")
    if client == "requests":  # it spells plainly what may be plain (section 6.2.2.2); its fields are a dictionary
        target = target.replace("%52", "R")
        headers = join(headers, ", ")
    if client == "aiohttp":  # it sends header fields in UTF-8
        headers = utf8(headers)
    if server in WSGI:  # PEP 3333 has no place for a field's second value
        headers = join(headers, ",")
    if server == "django":  # wsgiref decodes the path, and makes up a type
        path, question, query = target.partition("?")
        target = quote(unquote_to_bytes(path), safe="/:@!$&'()*+,;=~") + question + query
        if AS_JSON[0] not in dict(headers):
            headers = [*headers, (AS_JSON[0], "text/plain")]
    if server == "aiohttp" and ("Content-Encoding", "gzip") in headers:  # it undoes the coding
        headers = [pair for pair in headers if pair[0] != "Content-Encoding"]
        body = gzip.decompress(body)
    return target, headers, body


def answered_fields(case: Case, server: str) -> Fields:
    """Header fields that should come back."""
    sent = case.sent
    if case.plain is not None:  # every client undoes the coding
        sent = [pair for pair in sent if pair[0] != "Content-Encoding"]
    if server == "aiohttp":
        sent = utf8(sent)
        if case.answer and "Content-Type" not in dict(sent):
            sent = [*sent, ("Content-Type", "application/octet-stream")]
    if server == "django":  # its answers have one field of each name, but for cookies
        sent = join([pair for pair in sent if pair[0] != "Set-Cookie"], ", ") + [
            pair for pair in sent if pair[0] == "Set-Cookie"
        ]
    return sent


def judged_otherwise(client: str, server: str) -> set[str]:
    """The cases of which :func:`carried` changes something that a report may show or judge."""
    names = set()
    if client in ("requests", "urllib3") or server == "django":
        names |= {"lower-case hex"}  # the path is shown as it came
    if client == "requests" or server == "django":
        names |= {"encoded path"}
    if client == "requests" or server in WSGI:
        names |= {"language twice"}  # two fields are one too many, one field with a comma is no code
    if client == "aiohttp":
        names |= {"Latin-1"}  # other bytes were sent
    if server == "django":
        names |= {"path that may be plain", "slash in a segment"}  # a decoded path is another one
        names |= {"no type"}  # text/plain is another fault than none
    return names


def join(pairs: Fields, comma: str) -> Fields:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return [(name, comma.join(held)) for name, held in values.items()]


def utf8(pairs: Fields) -> Fields:
    return [(name, value.encode().decode("latin-1")) for name, value in pairs]
