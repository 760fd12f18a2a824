"""Header fields: well formed (RFC 9110 section 5), true to the body, spelt as the contract spells them, and judged."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from relation_spec.contract import Parameter
from relation_spec.contract.pointer import join
from relation_spec.findings import quote, quote_name
from relation_spec.limits import MAX_CACHED_TEXTS, MAX_GUESSED_FIELDS
from relation_spec.messages.bodies import Engine, Engines
from relation_spec.messages.parameters import ParameterJudge
from relation_spec.messages.writer import WordedRule, Writer

__all__ = ["CONTENT_LENGTH", "CONTENT_TYPE", "HeaderJudge", "fields_of", "misspelt"]

CONTENT_TYPE: Final = "content-type"
CONTENT_LENGTH: Final = "content-length"
_PACKED: Final = "content-encoding"
_CHUNKED: Final = "transfer-encoding"
_NAME: Final = re.compile(r":?[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # recordings of HTTP/2 have names like :path (RFC 9113 8.3)
_CONTROL: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_FOLD: Final = re.compile("\r?\n[ \t]")
# fields of HTTP itself that may stand once (RFC 9110 section 5.3), by their canonical names
_SINGLE: Final = {CONTENT_TYPE: "Content-Type", CONTENT_LENGTH: "Content-Length", "authorization": "Authorization"}
# and some that a contract may describe as one text and that may stand several times (sections 11.6.1 and 5.3)
_LISTS: Final = frozenset({"www-authenticate", "proxy-authenticate", "allow", "link", "set-cookie", "vary", "via"})
_OWN: Final = {**_SINGLE, "accept": "Accept", "cookie": "Cookie"}


def fields_of(headers: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of header fields by lower-case name, in order, without spaces around them."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        name = name.lower()  # noqa: PLW2901
        held = found.get(name)
        if held is None:
            found[name] = [value.strip(" \t")]
        else:
            held.append(value.strip(" \t"))
    return found


class HeaderJudge:
    """Judges the header fields of one side of an operation.

    Args:
        engines: those of that side.
        parameters: the header parameters, or the headers of a response.
        pointer: the operation's or response's place in the YAML.
        others: further names that the contract knows, such as those of credentials.
    """

    def __init__(
        self, engines: Engines, parameters: Iterable[Parameter], pointer: str, others: Iterable[str] = ()
    ) -> None:
        self._pointer = pointer
        self._judges = {p.name.lower(): ParameterJudge(engines, p, "header") for p in parameters}
        self._required = [judge for judge in self._judges.values() if judge.parameter.required]
        self._dependent = [judge for judge in self._judges.values() if judge.parameter.ignored_without]
        spelt = {**_OWN, **{name.lower(): name for name in others}}
        self._spelt = {**spelt, **{name: judge.parameter.name for name, judge in self._judges.items()}}
        self._known = set(self._spelt)

    def check(
        self, headers: Collection[tuple[str, str]], fields: Mapping[str, list[str]], writer: Writer, engine: Engine
    ) -> None:
        """Note what is wrong with the header fields; ``fields`` are ``headers`` by name."""
        for name, value in headers:
            if not value.isprintable() and _CONTROL.search(value):
                self._malformed(name, value, writer)
        for name, values in fields.items():
            judge = self._judges.get(name)
            if judge is None:
                if name in _SINGLE:
                    if len(values) > 1:
                        self._repeated(_SINGLE[name], len(values), self._pointer, writer)
                elif name not in self._known:
                    self._unknown(name, headers, writer)
            elif len(values) == 1:
                judge.check_text(values[0], writer, engine)
            else:
                self._several(name, values, judge, writer, engine)
        for judge in self._required:
            if judge.parameter.name.lower() not in fields:
                self._missing(judge.parameter, writer)
        for judge in self._dependent:
            parameter = judge.parameter
            if parameter.name.lower() in fields and not any(n.lower() in fields for n in parameter.ignored_without):
                self._ignored(parameter, writer)

    def _several(self, name: str, values: list[str], judge: ParameterJudge, writer: Writer, engine: Engine) -> None:
        if name in _LISTS:
            for value in values:
                judge.check_text(value, writer, engine)
        elif judge.is_list:
            judge.check_text(", ".join(values), writer, engine)
        else:
            self._repeated(judge.parameter.name, len(values), judge.parameter.pointer, writer)

    def _add(self, severity: str, name: str, pointer: str, words: tuple[str, str], writer: Writer) -> None:
        keyword = pointer.rpartition("/")[2]
        writer.add(WordedRule("header", severity, pointer, keyword, words), (), where=f"header.{name}")

    def _malformed(self, name: str, value: str, writer: Writer) -> None:
        found = _CONTROL.search(value)
        code = ord(found.group()) if found else 0
        if not _CONTROL.search(_FOLD.sub(" ", value)):
            words = ("found a value that goes on in a second line; expected one line (RFC 9112 section 5.2)",
                     "Write the value in one line.")  # fmt: skip
        else:
            words = (f"found the control character U+{code:04X} in a value; expected none (RFC 9110 section 5.5)",
                     "Remove it; it can split a message in two.")  # fmt: skip
        self._add("error", _shown(self._spelt.get(name.lower(), name)), self._pointer, words, writer)

    def _repeated(self, name: str, count: int, pointer: str, writer: Writer) -> None:
        words = (f"found this header field {count} times; expected it once", "Send one, with one value.")
        self._add("error", name, pointer, words, writer)

    def _missing(self, parameter: Parameter, writer: Writer) -> None:
        words = ("the header field is missing; expected it here", f"Add {parameter.name}.")
        self._add("error", parameter.name, join(parameter.pointer, "required"), words, writer)

    def _ignored(self, parameter: Parameter, writer: Writer) -> None:
        others = " or ".join(parameter.ignored_without)
        words = (
            f"this header field has no effect here; expected {others} beside it",
            f"Add {others}, or leave it out.",
        )
        self._add("warning", parameter.name, join(parameter.pointer, "x-ignored-without"), words, writer)

    def _unknown(self, name: str, headers: Collection[tuple[str, str]], writer: Writer) -> None:
        if not _NAME.fullmatch(name):
            words = (f"found the name {quote(name)}; expected letters, digits and hyphens (RFC 9110 section 5.1)",
                     "Correct or remove it; it can split a message in two.")  # fmt: skip
            self._add("error", _shown(name), self._pointer, words, writer)
            return
        near = misspelt(name, self._spelt) if len(headers) <= MAX_GUESSED_FIELDS else None
        if near is None:
            if len(self._known) < MAX_CACHED_TEXTS:
                self._known.add(name)
            return
        sent = next((held for held, _ in headers if held.lower() == name), name)
        words = (f"the header field {quote_name(sent)} is not known; it looks like {near}", f"Did you mean {near}?")
        self._add("warning", _shown(sent), self._pointer, words, writer)

    def check_length(self, fields: Mapping[str, list[str]], body: Any, writer: Writer) -> None:
        """Note a Content-Length that does not tell the length of ``body`` (RFC 9110 section 8.6)."""
        values = fields.get(CONTENT_LENGTH)
        if values is None or len(values) > 1:
            return
        if _CHUNKED in fields:
            words = (
                "found Content-Length beside Transfer-Encoding; expected one of them (RFC 9112 section 6.2)",
                "Send one; the two together can split a message in two.",
            )
            self._add("error", _SINGLE[CONTENT_LENGTH], self._pointer, words, writer)
            return
        if _PACKED in fields:
            return
        said = values[0]
        if not (said.isdecimal() and said.isascii()):
            words = (
                f"found {quote(said)}; expected a whole number (RFC 9110 section 8.6)",
                "Send the number of bytes.",
            )
        elif isinstance(body, (bytes, bytearray, memoryview)) and said.lstrip("0") != (str(len(body)).lstrip("0")):
            words = (
                f"found {quote(said)}, and a body of {len(body)} bytes; expected them to agree",
                "Let the library set it.",
            )
        else:
            return
        self._add("error", _SINGLE[CONTENT_LENGTH], self._pointer, words, writer)


def _shown(name: str) -> str:
    return name if _NAME.fullmatch(name) and len(name) <= 60 else "?"


def misspelt(name: str, known: Mapping[str, str]) -> str | None:
    """Which of ``known`` (by lower-case name) the unknown ``name`` was probably meant to be, or None."""
    for lower, canonical in known.items():
        if (
            len(lower) >= 5
            and abs(len(lower) - len(name)) <= 2
            and 0 < _distance(name, lower) <= (2 if len(lower) > 8 else 1)
        ):
            return canonical
    return None


def _distance(one: str, other: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours from one name to the other."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, last = last, current
    return last[-1]
