"""What the other server reads and checks: bodies in JSON, XML and forms, by the vendor's page and the kinds of values it names.

It shares no code with the package.
"""

import json
import re
import urllib.parse
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any

XSI = "{http://www.w3.org/2001/XMLSchema-instance}nil"
JSONS = ("application/json", "text/json", "application/json-patch+json", "application/merge-patch+json")
XMLS = ("application/xml", "text/xml")
ANSWERS = ("application/json", "text/json", *XMLS, "application/json-patch+json", "application/merge-patch+json")
FORM = "application/x-www-form-urlencoded"
INTS = ("SourceContactId", "SourcePersonId", "DestinationContactId", "DestinationPersonId", "RelationId",
        "RelationDefinitionId", "Reversed")  # fmt: skip
TEXTS = ("Comment", "ActiveText", "PassiveText", "SourceContactName", "SourcePersonName", "DestinationContactName",
         "DestinationPersonName")  # fmt: skip
DATES = ("UpdatedDate", "CreatedDate")
ORDER = ("SourceContactId", "SourcePersonId", "DestinationContactId", "DestinationPersonId", "RelationId", "Comment",
         "RelationDefinitionId", "Reversed", "UpdatedDate", "CreatedDate", "CreatedBy", "UpdatedBy",
         "SourceContactName", "SourcePersonName", "DestinationContactName", "DestinationPersonName", "ActiveText",
         "PassiveText", "TableRight", "FieldProperties", "_Links")  # fmt: skip
USER_INTS = ("AssociateId", "PersonId", "Rank", "GroupIdx", "EjUserId")
USER_TEXTS = ("Name", "Tooltip", "FullName", "FormalName", "UserName")
USER = (*USER_INTS, *USER_TEXTS, "Type", "Deleted", "TableRight", "FieldProperties")
USER_TYPES = ("Unknown", "AnonymousAssociate", "InternalAssociate", "ResourceAssociate", "ExternalAssociate",
              "SystemAssociate")  # fmt: skip
CONTACTS = {874: "Renner", 955: "Predovic"}
PERSONS = {901: (874, "Ratke"), 650: (955, "Heidenreich")}
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,7})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?", re.ASCII)
LANGUAGES = {
    "aa",
    "ab",
    "ae",
    "af",
    "ak",
    "am",
    "an",
    "ar",
    "as",
    "av",
    "ay",
    "az",
    "ba",
    "be",
    "bg",
    "bi",
    "bm",
    "bn",
    "bo",
    "br",
    "bs",
    "ca",
    "ce",
    "ch",
    "co",
    "cr",
    "cs",
    "cu",
    "cv",
    "cy",
    "da",
    "de",
    "dv",
    "dz",
    "ee",
    "el",
    "en",
    "eo",
    "es",
    "et",
    "eu",
    "fa",
    "ff",
    "fi",
    "fj",
    "fo",
    "fr",
    "fy",
    "ga",
    "gd",
    "gl",
    "gn",
    "gu",
    "gv",
    "ha",
    "he",
    "hi",
    "ho",
    "hr",
    "ht",
    "hu",
    "hy",
    "hz",
    "ia",
    "id",
    "ie",
    "ig",
    "ii",
    "ik",
    "io",
    "is",
    "it",
    "iu",
    "ja",
    "jv",
    "ka",
    "kg",
    "ki",
    "kj",
    "kk",
    "kl",
    "km",
    "kn",
    "ko",
    "kr",
    "ks",
    "ku",
    "kv",
    "kw",
    "ky",
    "la",
    "lb",
    "lg",
    "li",
    "ln",
    "lo",
    "lt",
    "lu",
    "lv",
    "mg",
    "mh",
    "mi",
    "mk",
    "ml",
    "mn",
    "mr",
    "ms",
    "mt",
    "my",
    "na",
    "nb",
    "nd",
    "ne",
    "ng",
    "nl",
    "nn",
    "no",
    "nr",
    "nv",
    "ny",
    "oc",
    "oj",
    "om",
    "or",
    "os",
    "pa",
    "pi",
    "pl",
    "ps",
    "pt",
    "qu",
    "rm",
    "rn",
    "ro",
    "ru",
    "rw",
    "sa",
    "sc",
    "sd",
    "se",
    "sg",
    "si",
    "sk",
    "sl",
    "sm",
    "sn",
    "so",
    "sq",
    "sr",
    "ss",
    "st",
    "su",
    "sv",
    "sw",
    "ta",
    "te",
    "tg",
    "th",
    "ti",
    "tk",
    "tl",
    "tn",
    "to",
    "tr",
    "ts",
    "tt",
    "tw",
    "ty",
    "ug",
    "uk",
    "ur",
    "uz",
    "ve",
    "vi",
    "vo",
    "wa",
    "wo",
    "xh",
    "yi",
    "yo",
    "za",
    "zh",
    "zu",
}


class BadError(Exception):
    def __init__(self, status: int, words: str) -> None:
        self.status, self.words = status, words


def no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(pairs)


def no_constant(name: str) -> Any:
    raise ValueError(name)


def from_json(body: bytes) -> Any:
    text = body.decode("utf-8-sig")
    value = json.loads(text, parse_constant=no_constant, object_pairs_hook=no_twice)
    json.dumps(value, ensure_ascii=False).encode()  # halves of characters
    depth(value, 0)
    return value


def depth(value: Any, level: int) -> None:
    if level > 100:
        raise ValueError("too deep")
    for held in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        depth(held, level + 1)


def typed(name: str, text: str) -> Any:
    if name in INTS or name in USER_INTS or name == "FieldLength":
        if not re.fullmatch(r"[+-]?\d+", text.strip(" \t\r\n"), re.ASCII):
            raise BadError(400, f"{name} is no number")
        return int(text)
    if name == "Deleted":
        if text.strip() not in ("true", "false", "0", "1"):
            raise BadError(400, f"{name} is no boolean")
        return text.strip() in ("true", "1")
    return text


def decoded_name(name: str) -> str:
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), name)


OBJECTS = ("CreatedBy", "UpdatedBy", "TableRight", "FieldProperties", "_Links", "FieldRight")


def from_element(element: ET.Element, inside: str = "") -> Any:
    if element.get(XSI) in ("true", "1"):
        if len(element) or (element.text or "").strip():
            raise BadError(400, "null with content")
        return None
    if any(name != XSI for name in element.attrib):
        raise BadError(400, "unknown attribute")
    name = decoded_name(element.tag)
    if len(element) or name in OBJECTS or inside == "FieldProperties":
        if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
            raise BadError(400, "text beside elements")
        found: dict[str, Any] = {}
        for child in element:
            key = decoded_name(child.tag)
            found.setdefault(key, from_element(child, name))
        return found
    return typed(name, element.text or "")


def from_xml(body: bytes) -> Any:
    head = body[:400]
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise BadError(400, "document types are not taken")
    said = re.search(rb'encoding=["\']([^"\']+)', head)
    if said and said[1].lower() not in (b"utf-8", b"utf8"):
        body.decode(said[1].decode("ascii"))
    root = ET.fromstring(body)
    if root.tag != "ContactRelationEntity":
        raise BadError(400, "another root element")
    if any(name != XSI for name in root.attrib):
        raise BadError(400, "unknown attribute")
    if (root.text or "").strip() or any((child.tail or "").strip() for child in root):
        raise BadError(400, "text beside elements")
    found: dict[str, Any] = {}
    for child in root:
        found.setdefault(decoded_name(child.tag), from_element(child))
    return found


def unquote(text: str) -> str:
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise BadError(400, "a broken escape")
    return urllib.parse.unquote_to_bytes(text.replace("+", " ")).decode()


def from_form(body: bytes) -> Any:
    found: dict[str, Any] = {}
    for part in body.decode("ascii" if body.isascii() else "utf-8").split("&"):
        if not part:
            continue
        key, sign, text = part.partition("=")
        name = unquote(key)
        path = [name.partition("[")[0], *re.findall(r"\[([^\[\]]*)\]", name)]
        held = found
        for step in path[:-1]:
            held = held.setdefault(step, {})
            if not isinstance(held, dict):
                raise BadError(400, f"{name} is not alone")
        leaf = path[-1]
        value = typed(leaf, unquote(text)) if sign else None
        if len(path) == 1 and leaf in OBJECTS and sign:
            if text:
                raise BadError(400, f"{name} is no object")
            value = {}
        held.setdefault(leaf, value)
    return found


def check(value: Any) -> None:
    if not isinstance(value, dict):
        raise BadError(400, "no object")
    for name in value:
        if name not in ORDER:
            raise BadError(400, f"{name} is unknown")
    for name in ("SourceContactId", "DestinationContactId"):
        if name not in value:
            raise BadError(400, f"{name} is missing")
    for name in INTS:
        if name in value:
            whole(name, value[name])
    for name in (*TEXTS, *DATES):
        text(name, value.get(name))
    for name in DATES:
        date(name, value.get(name))
    for name in ("CreatedBy", "UpdatedBy"):
        user(value.get(name))
    right(value.get("TableRight"))
    fields(value.get("FieldProperties"))
    links(value.get("_Links"))


def whole(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
        raise BadError(400, f"{name} is no whole number")
    if not -(2**31) <= value < 2**31:
        raise BadError(400, f"{name} is out of range")


def text(name: str, value: Any) -> None:
    if value is not None and not isinstance(value, str):
        raise BadError(400, f"{name} is no text")


def date(name: str, value: Any) -> None:
    if value is None:
        return
    found = DATE.fullmatch(value)
    if not found:
        raise BadError(400, f"{name} is no date")
    numbers = [int(part) for part in found.groups()[:6]]
    try:
        leap = numbers[5] == 60
        moment = datetime(*numbers[:5], 59 if leap else numbers[5], tzinfo=UTC)  # type: ignore[misc]
    except ValueError:
        raise BadError(400, f"{name} is no date") from None
    if leap:
        leap_second(name, moment, found[8])


def leap_second(name: str, moment: datetime, offset: str | None) -> None:
    shift = 0
    if offset and offset != "Z":
        shift = (int(offset[1:3]) * 60 + int(offset[4:6])) * (-1 if offset[0] == "+" else 1)
    minutes = (moment.hour * 60 + moment.minute + shift) % 1440
    if minutes != 1439:
        raise BadError(400, f"{name} is no date")


def closed(value: Any, names: tuple[str, ...]) -> bool:
    if value is None:
        return False
    if not isinstance(value, dict):
        raise BadError(400, "no object")
    if set(value) - set(names):
        raise BadError(400, "an unknown property")
    return True


def user(value: Any) -> None:
    if closed(value, USER):
        for name in USER_INTS:
            if name in value:
                whole(name, value[name])
        for name in USER_TEXTS:
            text(name, value.get(name))
        if "Type" in value and value["Type"] not in USER_TYPES:
            raise BadError(400, "an unknown type")
        if "Deleted" in value and not isinstance(value["Deleted"], bool):
            raise BadError(400, "Deleted is no boolean")
        right(value.get("TableRight"))
        fields(value.get("FieldProperties"))


def mask(value: Any, names: tuple[str, ...]) -> None:
    if not isinstance(value, str) or not set(value.split(", ")) <= set(names):
        raise BadError(400, "an unknown mask")


RIGHTS: dict[str, tuple[str, ...]] = {"table": (), "field": ()}


def right(value: Any) -> None:
    if closed(value, ("Mask", "Reason")):
        if "Mask" in value:
            mask(value["Mask"], RIGHTS["table"])
        text("Reason", value.get("Reason"))


def fields(value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        raise BadError(400, "no object")
    for held in value.values():
        if not isinstance(held, dict) or not closed(held, ("FieldRight", "FieldType", "FieldLength")):
            raise BadError(400, "no object")
        text("FieldType", held.get("FieldType"))
        if "FieldLength" in held:
            whole("FieldLength", held["FieldLength"])
        if closed(held.get("FieldRight"), ("Mask", "Reason")):
            if "Mask" in held["FieldRight"]:
                mask(held["FieldRight"]["Mask"], RIGHTS["field"])
            text("Reason", held["FieldRight"].get("Reason"))


URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2}|\[[0-9A-Fa-f:.]+\])*(?:#(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?"
)


def links(value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        raise BadError(400, "no object")
    for held in value.values():
        if not isinstance(held, str) or not good_uri(held):
            raise BadError(400, "no address")


def good_uri(text: str) -> bool:
    if not URI.fullmatch(text):
        return False
    try:
        parts = urllib.parse.urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return (port is None or port >= 0) and parts.netloc.count("@") < 2


RIGHTS["table"] = (
    "None",
    "Select",
    "R",
    "Update",
    "UR",
    "Insert",
    "RI",
    "URI",
    "Delete",
    "UDR",
    "FULL",
    "Filtering",
    "RestrictedUpdate",
    "URU",
    "WRITE",
    "Unused1",
    "Uninitialized",
)
RIGHTS["field"] = (
    "None",
    "Read",
    "Write",
    "Update",
    "FULL",
    "Unused1",
    "Unused2",
    "Unused3",
    "Unused4",
    "UIHintMandatory",
    "UIHintReadOnly",
    "UIHints",
)
