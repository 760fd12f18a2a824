"""Another implementation of the endpoint, written from the vendor's page alone: Starlette, ElementTree and json.

It shares no code with the package, so that what the fuzzer believes of servers is not what our own server does.
"""

import base64
import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fuzz.other_bodies import (
    ANSWERS,
    CONTACTS,
    DATES,
    FORM,
    INTS,
    JSONS,
    LANGUAGES,
    ORDER,
    PERSONS,
    USER,
    USER_INTS,
    USER_TEXTS,
    USER_TYPES,
    XMLS,
    XSI,
    BadError,
    check,
    from_form,
    from_json,
    from_xml,
    unquote,
)  # fmt: skip


def weights(accept: str) -> dict[str, float]:
    found: dict[str, tuple[int, float]] = {}
    for part in accept.split(","):
        pieces = [piece.strip() for piece in part.split(";")]
        if not pieces[0] and len(pieces) == 1:
            continue
        if not re.fullmatch(r"(\*/\*|[\w.+-]+/(\*|[\w.+-]+))", pieces[0]) or "/" not in pieces[0]:
            raise BadError(400, "Accept cannot be read")
        weight = 1.0
        for piece in pieces[1:]:
            if piece.lower().startswith("q="):
                if not re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", piece[2:]):
                    raise BadError(400, "Accept cannot be read")
                weight = float(piece[2:])
        wanted = pieces[0].lower()
        for name in ANSWERS:
            rank = (
                3 if wanted == name else 2 if wanted == name.partition("/")[0] + "/*" else 1 if wanted == "*/*" else 0
            )
            if rank and rank > found.get(name, (0, 0.0))[0]:
                found[name] = (rank, weight)
    return {name: weight for name, (_, weight) in found.items()}


def negotiated(request: Request) -> str:
    fields = request.headers.getlist("accept")
    if not fields or not ",".join(fields).strip():
        return ANSWERS[0]
    liked = weights(",".join(fields))
    best = max(liked.values(), default=0.0)
    if not best:
        raise BadError(406, "nothing acceptable")
    return next(name for name in ANSWERS if liked.get(name, 0.0) == best)


def to_element(name: str, value: Any) -> ET.Element:
    escaped = re.sub(r"^[^A-Za-z_]|[^\w.-]", lambda m: f"_x{ord(m[0]):04X}_", name)
    element = ET.Element(escaped)
    if value is None:
        element.set(XSI, "true")
    elif isinstance(value, dict):
        element.extend(to_element(key, held) for key, held in value.items())
    else:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)
    return element


def written(
    status: int, root: str, value: dict[str, Any], label: str, headers: dict[str, str] | None = None
) -> Response:
    if label in XMLS:
        body = ET.tostring(to_element(root, value), encoding="utf-8", xml_declaration=True).replace(b"\r", b"&#13;")
        try:
            ET.fromstring(body)
        except ET.ParseError:
            label, body = "application/json", json.dumps(value).encode()
            status, value = (406, value) if status == 200 else (status, value)
            if status == 406:
                return written(406, "Error", error("no XML can carry this"), "application/json")
    else:
        body = json.dumps(value, ensure_ascii=False).encode()
    return Response(body, status, headers, f"{label}; charset=utf-8" if label in XMLS else label)


def error(words: str) -> dict[str, Any]:
    return {"Error": True, "ErrorType": "Problem", "ErrorMessage": words, "ErrorSource": "other"}


def who(request: Request) -> str:
    held = request.headers.getlist("authorization")
    for text_ in held:
        kind, _, token = text_.partition(" ")
        if kind.lower() == "basic":
            try:
                name, _, password = base64.b64decode(token.strip(), validate=True).decode().partition(":")
            except ValueError:
                continue
            if (name, password) in (("demo", "demo-word"), ("eve", "eve-word")):
                return name
    raise BadError(401, "unknown")


def languages(name: str, value: str, many: bool) -> None:
    for part in value.split(",") if many else [value]:
        code, sign, weight = part.strip().partition(";") if many else (part, "", "")
        if sign and not re.fullmatch(r"\s*q=(0(\.\d{0,3})?|1(\.0{0,3})?)", weight, re.IGNORECASE):
            raise BadError(400, f"{name}: a weight")
        if many and code == "*":
            continue
        head, _, rest = code.partition("-")
        if head.lower() not in LANGUAGES or (not many and rest) or (rest and not re.fullmatch(r"[\w]+(-\w+)*", rest)):
            raise BadError(400, f"{name}: no language")
        if code.endswith("-"):
            raise BadError(400, f"{name}: no language")


def headers_checked(request: Request) -> None:
    for name in ("so-language", "so-culture", "so-timezone", "so-apptoken", "content-type"):
        if len(request.headers.getlist(name)) > 1:
            raise BadError(400, f"{name} twice")
    for name, many in (("accept-language", True), ("so-language", False), ("so-culture", False)):
        for value in request.headers.getlist(name):
            languages(name, value, many)
    for value in request.headers.getlist("so-timezone"):
        if not re.fullmatch(r"(?=.{1,64}$)[A-Za-z0-9_+./:()-]+( [A-Za-z0-9_+./:()-]+)*", value):
            raise BadError(400, "no time zone")
    if "" in request.headers.getlist("so-apptoken"):
        raise BadError(400, "an empty token")
    token = request.headers.get("x-xsrf-token")
    if token is not None and request.cookies.get("XSRF-TOKEN") != token:
        raise BadError(400, "the tokens differ")


SHAPE: dict[str, Any] = dict.fromkeys(ORDER)
SHAPE["CreatedBy"] = SHAPE["UpdatedBy"] = {**dict.fromkeys(USER), "TableRight": {"Mask": None, "Reason": None}}
SHAPE["TableRight"] = {"Mask": None, "Reason": None}
MAPS = ("FieldProperties", "_Links")


def chosen(query: str) -> list[list[str]] | None:
    found = None
    for part in query.split("&") if query else []:
        key, _, value = part.partition("=")
        value = unquote(value)
        if unquote(key) != "$select" or found is not None:
            raise BadError(400, "an unknown parameter")
        names = value.split(",")
        found = [path(name) for name in names]
    return found


def path(name: str) -> list[str]:
    shape, steps = SHAPE, []
    for step in name.split("/"):
        if steps and steps[-1] in MAPS and len(steps) < 3:
            steps.append(step)
            shape = {"FieldRight": None, "FieldType": None, "FieldLength": None} if steps[-2] == MAPS[0] else {}
            continue
        actual = next((known for known in shape or {} if known.lower() == step.lower()), None)
        if actual is None:
            raise BadError(400, f"{name} is no property")
        steps.append(actual)
        shape = shape[actual] if isinstance(shape[actual], dict) else {}
    return steps


def selected(value: Any, paths: list[list[str]], name: str = "") -> Any:
    if any(not steps for steps in paths):
        return value
    if not isinstance(value, dict):
        return value
    made = {}
    for key, held in value.items():
        below = [steps[1:] for steps in paths if steps[0] == key]
        made[key] = selected(held, below, key) if below else blank(key)
    return made


def blank(name: str) -> Any:
    if name in INTS or name in USER_INTS:
        return 0
    return {"Type": "Unknown", "Deleted": False, "Mask": "None"}.get(name) or (
        "0001-01-01T00:00:00" if name in DATES else False if name == "Deleted" else None
    )


class Store:
    def __init__(self, trims: bool, links: bool) -> None:
        self.links = links
        self.records: dict[int, dict[str, Any]] = {}
        self.trims = trims

    def save(self, value: dict[str, Any], user_name: str, base: str) -> dict[str, Any]:
        number = int(value.get("RelationId") or 0)
        if number and number not in self.records:
            raise BadError(400, "no such relation")
        for end in ("Source", "Destination"):
            contact, person = int(value[f"{end}ContactId"]), int(value.get(f"{end}PersonId") or 0)
            if contact not in CONTACTS or (person and PERSONS.get(person, (0, ""))[0] != contact):
                raise BadError(400, f"{end}: nothing of that number")
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        number = number or 1000 + len(self.records)
        old = self.records.get(number, {})
        made: dict[str, Any] = dict.fromkeys(ORDER)
        made |= {name: value.get(name) for name in ("Comment", "ActiveText", "PassiveText")}
        if self.trims and made["Comment"]:
            made["Comment"] = made["Comment"].strip()
        made |= {name: int(value.get(name) or 0) for name in INTS}
        made |= {"RelationId": number, "UpdatedDate": now, "CreatedDate": old.get("CreatedDate", now)}
        me = dict.fromkeys(USER_INTS, 0) | dict.fromkeys(USER_TEXTS) | {"Name": user_name, "Type": USER_TYPES[2],
              "Deleted": False, "TableRight": None, "FieldProperties": None}  # fmt: skip
        made |= {"UpdatedBy": me, "CreatedBy": old.get("CreatedBy", me)}
        for end in ("Source", "Destination"):
            made[f"{end}ContactName"] = CONTACTS[made[f"{end}ContactId"]]
            made[f"{end}PersonName"] = PERSONS.get(made[f"{end}PersonId"], (0, None))[1]
        made["TableRight"] = {"Mask": "URI", "Reason": ""}
        made["_Links"] = None if not self.links else {"Self": f"{base}/api/v1/Relation/{number}"}
        self.records[number] = {name: made[name] for name in ORDER}
        return self.records[number]


def broken_server() -> Starlette:
    return other_server(trims=True)


def linkless_server() -> Starlette:
    return other_server(links=False)


def other_server(*, trims: bool = False, links: bool = True) -> Starlette:
    store = Store(trims, links)

    async def save(request: Request) -> Response:
        label = ANSWERS[0]
        try:
            user_name = who(request)
            headers_checked(request)
            paths = chosen(request.url.query)
            label = negotiated(request)
            value = body_of(request.headers.get("content-type"), await request.body(), request)
            check(value)
            made = store.save(value, user_name, f"{request.url.scheme}://{request.url.netloc}")
        except BadError as bad:
            more = {"WWW-Authenticate": 'Basic realm="other"'} if bad.status == 401 else None
            return written(bad.status, "Error", error(bad.words), label, more)
        return written(200, "ContactRelationEntityWithLinks", made if paths is None else selected(made, paths), label)

    async def read(request: Request) -> Response:
        try:
            who(request)
            return written(200, "ContactRelationEntityWithLinks", store.records[request.path_params["number"]],
                           negotiated(request))  # fmt: skip
        except (BadError, KeyError):
            return written(404, "Error", error("no such relation"), ANSWERS[0])

    async def wrong_method(request: Request, _: Exception) -> Response:
        return written(405, "Error", error("another method"), ANSWERS[0], {"Allow": "POST"})

    return Starlette(
        routes=[Route("/api/v1/Relation", save, methods=["POST"]), Route("/api/v1/Relation/{number:int}", read)],
        exception_handlers={405: wrong_method},
    )


def body_of(content_type: str | None, body: bytes, request: Request) -> Any:
    name, _, rest = (content_type or "").partition(";")
    name = name.strip().lower()
    charset = re.search(r'charset="?([\w-]+)', rest, re.IGNORECASE)
    if name not in (*JSONS, *XMLS, FORM) or (charset and charset[1].lower() not in ("utf-8", "utf8")):
        raise BadError(415, "not read")
    if request.headers.get("content-encoding"):
        raise BadError(400, "not unpacked")
    try:
        value = from_json(body) if name in JSONS else from_xml(body) if name in XMLS else from_form(body)
    except (ValueError, LookupError, ET.ParseError, RecursionError) as wrong:
        raise BadError(400, f"malformed: {type(wrong).__name__}") from None
    return value
