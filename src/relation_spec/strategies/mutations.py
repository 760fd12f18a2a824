"""Mutations: from a valid value or body, every way to break exactly one rule, with the finding it must give.

In: a document, a side, a schema's pointer, a valid value. Out: :class:`Mutation` values, each with the expected code
and pointer. :func:`byte_mutations` does the same for the text of a body, below any schema. What breaks a keyword about
one value stands in :mod:`relation_spec.strategies.breaches`; here is the walk through the message, and the rules about
the names of properties.
"""

import json
import random
import re
from collections.abc import Iterator
from string import ascii_lowercase
from typing import Any, Final, NamedTuple

from relation_spec.contract import Document, Side
from relation_spec.contract.pointer import join
from relation_spec.limits import MAX_DEPTH
from relation_spec.schema.conjuncts import Conjunct, conjuncts
from relation_spec.schema.json_type import has_type
from relation_spec.strategies.breaches import SAMPLES, breaks, candidates
from relation_spec.strategies.values import NoValueError, is_name, valid_value

__all__ = ["ByteMutation", "Mutation", "byte_mutations", "mutations"]

_Place = tuple[str | int, ...]


_BARE_DATES: Final = ("2017-12-11T03:41:58", "0001-01-01T00:00:00", "9999-12-31T23:59:59")


class Mutation(NamedTuple):
    """A value that breaks one rule: the ``code`` and ``pointer`` of the finding it must give, and what was done."""

    code: str
    pointer: str
    value: Any
    note: str


class ByteMutation(NamedTuple):
    """A body that breaks one rule of its format: the ``code`` of the finding it must give, and what was done."""

    code: str
    body: bytes
    note: str


def mutations(document: Document, side: Side, schema: str, value: Any) -> Iterator[Mutation]:
    """Every single breach of every rule of the schema at ``schema``, from the valid ``value``.

    Properties that ``value`` lacks are added first and nulls are filled in, so that nested rules are reached too; where
    such a property has a warning of its own, that is found as well. The values share what they have in common, so they
    must not be changed.
    """
    yield from _Breaker(document, side, value).at((schema,), (), frozenset())


class _Breaker:
    def __init__(self, document: Document, side: Side, value: Any) -> None:
        self._document, self._side, self._value = document, side, value
        self._filled: dict[tuple[str, ...], Any] = {}
        self._trail: dict[_Place, tuple[str, ...]] = {}

    def _severity(self, code: str) -> str:
        return self._document.severity(code, self._side)

    def _reports(self, code: str) -> bool:
        return self._severity(code) != "none"

    def _whole(self, pointers: tuple[str, ...]) -> Any:
        """A valid value with everything in it, always the same for the same schemas."""
        if pointers not in self._filled:
            source = random.Random(1)  # noqa: S311 - no secret is made here
            try:
                held = valid_value(self._document, self._side, pointers, source, whole=True, clean=True)
            except NoValueError:
                held = None
            self._filled[pointers] = held
        return self._filled[pointers]

    def _held(self, path: _Place) -> Any:
        """What stands at ``path``; a valid container where the value has none or null."""
        held = self._value
        for index, token in enumerate(path):
            inside = isinstance(held, dict) and token in held
            inside = inside or (isinstance(held, list) and isinstance(token, int) and token < len(held))
            held = held[token] if inside else None
            if not isinstance(held, (dict, list)):
                held = self._whole(self._trail[path[: index + 1]])
        return held

    def _with(self, path: _Place, new: Any) -> Any:
        """The whole value with ``new`` at ``path``, made by copying the containers on the way alone."""
        for index in range(len(path) - 1, -1, -1):
            held, token = self._held(path[:index]), path[index]
            if isinstance(token, int):
                held = list(held) if isinstance(held, list) else []
                held[token:] = [new, *held[token + 1 :]]
                new = held
            else:
                new = {**(held if isinstance(held, dict) else {}), token: new}
        return new

    def _mutation(self, code: str, path: _Place, new: Any, note: str, *below: str) -> Mutation:
        return Mutation(code, join("", *path, *below), self._with(path, new), note)

    def at(self, pointers: tuple[str, ...], path: _Place, seen: frozenset[Any]) -> Iterator[Mutation]:
        """The breaches of the schemas at ``pointers`` that stand at ``path``; ``seen`` are the schemas on the way."""
        if pointers in seen:  # a schema that refers to itself
            return
        self._trail[path] = pointers
        parts = tuple(part for part in conjuncts(self._document, pointers) if isinstance(part.schema, dict))
        single = self._alternatives(parts, path)
        if single is not None:  # one alternative beside null: its faults are reported as they are
            misfits = {"type", "enum"}
            place = join("", *path)
            for made in self.at((*pointers, single), path, seen | {pointers}):
                if made.pointer != place or made.code not in misfits:
                    yield made
            yield from self._no_match(parts, path)
            return
        schemas = [part.schema for part in parts]
        if any(schema.get("readOnly") for schema in schemas) and self._severity("read-only") == "error":
            yield from self._server_owned(parts, pointers, path)
            return  # whatever else is wrong with it, being there is wrong already
        for code, bad, note in candidates(schemas):
            yield self._mutation(code, path, bad, note)
        yield from self._warned(parts, path)
        yield from self._server_owned(parts, pointers, path)
        held = self._held(path)
        if isinstance(held, dict) and not breaks(schemas, held):
            yield from self._names(parts, path, held)
            yield from self._sizes(parts, path, held)
            yield from self._properties(parts, path, held, seen | {pointers})
        elif isinstance(held, list) and not breaks(schemas, held):
            yield from self._items(parts, path, held, seen | {pointers})

    def _alternatives(self, parts: tuple[Conjunct, ...], path: _Place) -> str | None:
        """The one alternative beside null, where that is how ``parts`` say nullable, and nothing else stands beside."""
        for part in parts:
            for keyword in ("anyOf", "oneOf"):
                count = len(part.schema.get(keyword, ()))
                branches = [join(part.pointer, keyword, index) for index in range(count)]
                if any(branch in self._trail.get(path, ()) for branch in branches):
                    continue
                real = [branch for branch in branches if self._document.get(branch) != {"type": "null"}]
                if count == 2 and len(real) == 1:
                    return real[0]
        return None

    def _no_match(self, parts: tuple[Conjunct, ...], path: _Place) -> Iterator[Mutation]:
        for part in parts:
            for keyword in ("anyOf", "oneOf"):
                types: list[str] = []
                for index in range(len(part.schema.get(keyword, ()))):
                    for below in conjuncts(self._document, (join(part.pointer, keyword, index),)):
                        named = below.schema.get("type", []) if isinstance(below.schema, dict) else []
                        types += [named] if isinstance(named, str) else named
                for sample in SAMPLES if types else ():
                    if not has_type(sample, tuple(types)):
                        yield self._mutation("no-match", path, sample, f"{sample!r} fits no alternative")

    def _warned(self, parts: tuple[Conjunct, ...], path: _Place) -> Iterator[Mutation]:
        """Breaches of the rules that the contract may let pass with a warning, or without."""
        for part in parts:
            schema = part.schema
            if "x-date-time" in schema and schema["x-date-time"]["offset"] == "optional":
                for text in _BARE_DATES if self._reports("missing-offset") else ():
                    yield self._mutation("missing-offset", path, text, "no offset")
            if "x-null-id" in schema and self._reports("null-id"):
                yield self._mutation("null-id", path, schema["x-null-id"], "names nothing")

    def _server_owned(self, parts: tuple[Conjunct, ...], pointers: tuple[str, ...], path: _Place) -> Iterator[Mutation]:
        if any(part.schema.get("readOnly") for part in parts) and self._reports("read-only"):
            yield self._mutation("read-only", path, self._whole(pointers), "only the server sets it")
            if not breaks([part.schema for part in parts], None):
                yield self._mutation("read-only", path, None, "only the server sets it, null too")

    def _names(self, parts: tuple[Conjunct, ...], path: _Place, held: dict[str, Any]) -> Iterator[Mutation]:
        """Breaches of the rules about which properties there are."""
        known = list(dict.fromkeys(name for part in parts for name in part.schema.get("properties", ())))
        for name in dict.fromkeys(name for part in parts for name in part.schema.get("required", ())):
            yield self._mutation("required", path, {k: v for k, v in held.items() if k != name}, f"without {name}")
        if self._is_closed(parts):
            for name in _unknown(known):
                yield self._mutation("unknown-property", path, {**held, name: None}, f"unknown {name!r}", name)
        for part in parts:
            for name, others in part.schema.get("dependentRequired", {}).items():
                for other in others if name in known else ():
                    item = held.get(name, self._whole((join(part.pointer, "properties", name),)))
                    less = {k: v for k, v in {**held, name: item}.items() if k != other}
                    yield self._mutation("dependent", path, less, f"{name} without {other}")
            if "propertyNames" in part.schema and not self._is_closed(parts):
                rules = conjuncts(self._document, (join(part.pointer, "propertyNames"),))
                item = next(iter(held.values()), None)
                for _, bad, note in candidates([rule.schema for rule in rules if isinstance(rule.schema, dict)]):
                    if isinstance(bad, str) and bad not in held:
                        yield self._mutation("property-name", path, {**held, bad: item}, note, bad)

    def _is_closed(self, parts: tuple[Conjunct, ...]) -> bool:
        for part in parts:
            if part.schema.get("additionalProperties") is False or part.schema.get("unevaluatedProperties") is False:
                return True
            if "x-closed" in part.schema and self._reports("unknown-property"):
                return not any("additionalProperties" in each.schema for each in parts)
        return False

    def _sizes(self, parts: tuple[Conjunct, ...], path: _Place, held: dict[str, Any]) -> Iterator[Mutation]:
        required = {name for part in parts for name in part.schema.get("required", ())}
        spare = [name for name in held if name not in required]
        entries = self._entries(parts)
        for part in parts:
            least, greatest = part.schema.get("minProperties", 0), part.schema.get("maxProperties")
            if len(required) < least:
                kept = required.union(spare[: least - 1 - len(required)])
                yield self._mutation("count", path, {k: v for k, v in held.items() if k in kept}, "too few properties")
            if greatest is not None and entries:
                names = [name for name in ascii_lowercase if name not in held and is_name(self._document, parts, name)]
                more = {**held, **dict.fromkeys(names[: greatest + 1 - len(held)], self._whole(entries))}
                if len(more) > greatest:
                    yield self._mutation("count", path, more, "too many properties")

    def _entries(self, parts: tuple[Conjunct, ...]) -> tuple[str, ...]:
        return tuple(
            join(part.pointer, "additionalProperties")
            for part in parts
            if isinstance(part.schema.get("additionalProperties"), dict)
        )

    def _properties(
        self, parts: tuple[Conjunct, ...], path: _Place, held: dict[str, Any], seen: frozenset[Any]
    ) -> Iterator[Mutation]:
        named: dict[str, list[str]] = {}
        for part in parts:
            for name in part.schema.get("properties", ()):
                named.setdefault(name, []).append(join(part.pointer, "properties", name))
        for name, below in named.items():
            yield from self.at(tuple(below), (*path, name), seen)
        if entries := self._entries(parts):
            name = next((name for name in held if name not in named), "x.y-z")
            yield from self.at(entries, (*path, name), seen)

    def _items(
        self, parts: tuple[Conjunct, ...], path: _Place, held: list[Any], seen: frozenset[Any]
    ) -> Iterator[Mutation]:
        rests = tuple(join(part.pointer, "items") for part in parts if isinstance(part.schema.get("items"), dict))
        for part in parts:
            fixed = len(part.schema.get("prefixItems", ()))
            for index in range(min(fixed, len(held))):
                yield from self.at((join(part.pointer, "prefixItems", index),), (*path, index), seen)
            if rests and "maxItems" in part.schema:
                more = [*held, *[self._whole(rests)] * (part.schema["maxItems"] + 1 - len(held))]
                if not any(one.schema.get("uniqueItems") for one in parts):
                    yield self._mutation("count", path, more, "too many items")
            if part.schema.get("minItems", 0) > 1:
                yield self._mutation("count", path, held[: part.schema["minItems"] - 1], "too few items")
            if part.schema.get("uniqueItems") and held:
                kept = held[: part.schema.get("maxItems", len(held) + 1) - 1]
                yield self._mutation("unique", path, [*kept, kept[0] if kept else held[0]], "repeats an item")
        if rests and not any("prefixItems" in part.schema for part in parts):
            yield from self.at(rests, (*path, 0), seen)


def _unknown(known: list[str]) -> list[str]:
    """Names that are not ``known``: other cases, misspellings, and some that nobody expects."""
    made = ["", " ", "unknown", "\U0001f600", "a/b~c", "__proto__", "\u0000"]
    for name in known:
        made += [name.lower(), name.upper(), name.swapcase(), name[:1].swapcase() + name[1:]]
        made += [name[:-1], name[1:], f"{name}s", f"{name} ", f" {name}", name[:1] + name]
        made += [name[1:2] + name[:1] + name[2:]]
    return [name for name in dict.fromkeys(made) if name not in known]


def byte_mutations(body: bytes) -> Iterator[ByteMutation]:
    """Every breach of JSON itself, from the UTF-8 text of an object that is not empty."""
    text = body.decode()
    opened = body.rstrip()[:-1]
    for share in (0.0, 0.1, 0.25, 0.5, 0.75, 0.9):
        yield ByteMutation("malformed", body[: max(1, int(len(body) * share))], "cut off")
    yield ByteMutation("malformed", opened, "cut off by one byte")
    for code, bad, note in _around(body, opened):
        yield ByteMutation(code, bad, note)
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
        yield ByteMutation("malformed", text.encode(name), f"{name} without a label")
    for value, note in _BAD_VALUES.items():
        yield ByteMutation("malformed", opened + b',"":' + value + b"}", note)
        yield ByteMutation("malformed", opened + b"," + value + b":0}", f"{note}, as a name")
        for start, end in _values(text):
            bad = text[:start].encode() + value + text[end:].encode()
            yield ByteMutation("malformed", bad, f"{note}, as the value of a property")
    for depth in (MAX_DEPTH, 200_000):
        nested = b"[" * depth + b"]" * depth
        yield ByteMutation("too-deep", b"[" * (depth + 1), f"{depth + 1} levels that never end")
        yield ByteMutation("too-deep", opened + b',"":' + nested + b"}", f"{depth + 1} levels")
        nested = b'{"":' * depth + b"0" + b"}" * depth
        yield ByteMutation("too-deep", opened + b',"":' + nested + b"}", f"{depth + 1} objects")
    for name in _duplicates(text):
        yield ByteMutation("duplicate-key", name.encode(), "a name twice")


def _around(body: bytes, opened: bytes) -> tuple[tuple[str, bytes, str], ...]:
    """Breaches before, after and between what the body holds; ``opened`` is the body without its last bracket."""
    return (
        ("malformed", b"", "empty"),
        ("malformed", b" \n\t", "white space alone"),
        ("byte-order-mark", b"\xef\xbb\xbf" + body, "byte order mark"),
        ("malformed", b"\xef\xbb\xbf" * 2 + body, "two byte order marks"),
        ("malformed", b"\xef\xbb\xbf", "byte order mark alone"),
        ("malformed", body + b"x", "text after the end"),
        ("malformed", body + body, "two values"),
        ("malformed", body + b"\n" + body, "two lines"),
        ("malformed", body + b",", "comma after the end"),
        ("malformed", body + b"}", "bracket after the end"),
        ("malformed", body + b"\0", "NUL after the end"),
        ("malformed", body + b"\xa0", "byte after the end"),
        ("malformed", body + "\u00a0".encode(), "no-break space after the end"),
        ("malformed", b"\x0c" + body, "form feed before the start"),
        ("malformed", opened + b",}", "comma before the bracket"),
        ("malformed", opened + b",,}", "two commas"),
        ("malformed", b"{," + body.lstrip()[1:], "comma after the bracket"),
        ("malformed", opened + b"]", "wrong bracket"),
        ("malformed", b"// comment\n" + body, "comment"),
        ("malformed", body + b"/* comment */", "comment after the end"),
        ("malformed", body.replace(b'"', b"'"), "single quotes"),
        ("malformed", body.replace(b":", b"=", 1), "equals sign"),
        ("malformed", body.replace(b'"', b"", 2), "name without quotes"),
        ("malformed", b"(" + body + b")", "parentheses"),
        ("malformed", b")]}',\n" + body, "hijacking guard"),
        ("type", b"9" * 10**6, "a number of 10^6 digits"),
        ("type", b"-" + b"9" * 10**6 + b"e-" + b"9" * 10**4, "a number with an exponent of 10^4 digits"),
        ("type", b"0." + b"0" * 10**6, "a fraction of 10^6 zeros"),
    )


_BAD_VALUES: Final = {
    b"NaN": "NaN", b"-NaN": "-NaN", b"Infinity": "Infinity", b"-Infinity": "-Infinity", b"nan": "nan",
    b"undefined": "undefined", b"01": "leading zero", b"-01": "leading zero after the sign",
    b"1.": "no digit after the point", b".5": "no digit before it", b"+1": "plus sign", b"-": "sign alone",
    b"1e": "no exponent", b"1e+": "exponent's sign alone", b"1.e5": "point and exponent", b"0x1": "hexadecimal",
    b"1_000": "underscore", b"1,000": "thousands", b"\xd9\xa1": "Arabic digit", b"- 1": "space in a number",
    b"tru": "misspelt literal", b"True": "literal with a capital", b"nul": "cut-off literal", b"None": "Python's null",
    b'"\\x41"': "unknown escape", b'"\\u12"': "short escape", b'"\\u12g4"': "bad escape",
    b'"\\U0001f600"': "long escape", b'"\\\'"': "escaped single quote", b'"\\': "cut-off escape",
    b'"\\u{41}"': "escape in braces", b'"\\0"': "escaped zero", b'"\t"': "raw tab", b'"\n"': "raw line break",
    b'"\x00"': "raw NUL", b'"\x1f"': "raw control character", b'"': "no end", b'"\xff"': "not UTF-8",
    b'"\x80"': "lone continuation", b'"\xc0\x80"': "overlong UTF-8", b'"\xe0\x80\xaf"': "overlong slash",
    b'"\xed\xa0\x80"': "surrogate in UTF-8", b'"\xed\xa0\xbd\xed\xb8\x80"': "surrogate pair in UTF-8",
    b'"\xf4\x90\x80\x80"': "past U+10FFFF", b'"\xf0\x9f\x98"': "cut-off UTF-8", b'"\xe9"': "Latin-1",
    b'"\\ud800"': "lone surrogate", b'"\\udc00"': "lone low surrogate", b'"\\udc00\\ud800"': "swapped surrogates",
    b'"\\ud800x"': "surrogate and letter", b'"\\ud800\\u0041"': "surrogate and escape", b"'a'": "single quotes",
    b"[1,]": "comma before a bracket", b"[,1]": "comma first", b"[1 2]": "no comma", b"{1:2}": "name without quotes",
    b'{"a" 1}': "no colon", b'{"a":}': "no value", b"[1}": "wrong bracket",
}  # fmt: skip


def _values(text: str) -> list[tuple[int, int]]:
    """Where the first value of a property stands in ``text``, and the first that is a text."""
    found: list[tuple[int, int]] = []
    # a whole text before the colon, so that quotes and colons inside texts lead nowhere
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"(?:\s*:\s*()|)', text):
        if match.group(1) is None:
            continue
        value, end = json.JSONDecoder().raw_decode(text, match.end())
        if not found or isinstance(value, str):
            found.append((match.end(), end))
        if isinstance(value, str):
            break
    return found


def _duplicates(text: str) -> Iterator[str]:
    """``text`` with its first property twice, plainly and with an escape in the name; no value changes by it."""
    start = text.index('"')
    name, colon = json.JSONDecoder().raw_decode(text, start)
    at, end = _values(text)[0]
    opened = text.rstrip()[:-1]
    yield f"{opened},{text[start:colon]}:{text[at:end]}}}"
    if name and ord(name[0]) < 0x10000:
        yield f'{opened},"\\u{ord(name[0]):04x}{json.dumps(name[1:])[1:]}:{text[at:end]}}}'
    yield f"{text[:at]}[null],{text[start:]}"
