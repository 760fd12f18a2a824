"""What parameters may hold: texts for each header field, query parameter, path segment and cookie of an operation.

In: a contract and one of its parameters. Out: texts as they stand in a message, the simplest first, without a finding
by the judge of parameters; and texts that break one rule of the parameter's schema each.
"""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from relation_spec.contract import Document, Parameter, Side
from relation_spec.messages.bodies import Engines
from relation_spec.messages.parameters import ParameterJudge
from relation_spec.messages.writer import Writer
from relation_spec.schema.conjuncts import conjuncts
from relation_spec.strategies.breaches import candidates
from relation_spec.strategies.choosing import SteadyRandom
from relation_spec.strategies.edges import FORMATTED, PLAIN_TEXTS
from relation_spec.strategies.values import NoValueError, valid_value

__all__ = ["Pool", "wire_text"]

_DRAWN: Final = 24
_MOST: Final = 40


def wire_text(value: Any) -> str:
    """How a value is written where texts have no types."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(wire_text(item) for item in value)
    return "" if value is None else str(value)


def _is_field_text(text: str) -> bool:
    """Whether ``text`` can stand in a header field as it is (RFC 9110 section 5.5), in ASCII."""
    return text.isascii() and text.isprintable() and text == text.strip()


class Pool:
    """Texts for one parameter.

    Args:
        document: the contract.
        parameter: what the contract says of it.
        side: on which it stands.

    Attributes:
        takes_lists: whether the header field may stand several times, as one list.
        good: texts that the contract takes without a warning.
        bad: texts that break one rule, each with the code of its finding, the rule and what is wrong.
    """

    def __init__(self, document: Document, parameter: Parameter, side: Side = "request") -> None:
        self._document, self.parameter, self._side = document, parameter, side
        code = "header" if parameter.location == "header" else None
        self._judge = ParameterJudge(Engines(document, side), parameter, code)
        self._parts = [
            part for part in conjuncts(document, (parameter.schema,) if parameter.schema else ())
            if isinstance(part.schema, dict)
        ]  # fmt: skip
        self.takes_lists = self._judge.is_list
        self.good = tuple(self._good())
        self.bad = tuple(self._bad())

    def _codes(self, text: str) -> list[str]:
        writer = Writer(self._document, strict=False, limit=10)
        self._judge.check(self._judge.value(text), writer, None)
        return [finding.code for finding in writer.report().findings]

    def _encoded(self, text: str) -> str | None:
        """``text`` as it stands in the message, or None where it cannot."""
        match self.parameter.location:
            case "header":
                return text if _is_field_text(text) else None
            case "cookie":
                return text if _is_field_text(text) and not set(text) & set(' ",;\\') else None
            case "path":
                return quote(text, safe="") or None
        return quote(text, safe=",")

    def _good(self) -> Iterator[str]:
        seen = dict.fromkeys(encoded for text in self._known() if (encoded := self._encoded(text)) is not None)
        found = 0
        for text in seen:
            if found < _MOST and text and not self._codes(text):
                found += 1
                yield text

    def _known(self) -> Iterator[str]:
        """Texts that the schema may take, those that the contract shows first."""
        held = self._document.get(self.parameter.pointer)
        shown = [held["example"]] if "example" in held else []
        for part in self._parts:
            shown += [part.schema[word] for word in ("example", "default", "const") if word in part.schema]
            shown += [*part.schema.get("examples", ()), *part.schema.get("enum", ())]
        yield from (wire_text(value) for value in shown)
        for part in self._parts:
            if rules := part.schema.get("x-language"):
                yield from _languages(rules["codes"])
        source = SteadyRandom(1)
        for _ in range(_DRAWN if self.parameter.schema else 0):
            try:
                yield wire_text(valid_value(self._document, self._side, self.parameter.schema or "", source))
            except NoValueError:
                break
        yield from (*PLAIN_TEXTS, *FORMATTED["uri"])

    def _bad(self) -> Iterator[tuple[str, str, str, str]]:
        if any("anyOf" in part.schema or "oneOf" in part.schema for part in self._parts):
            return
        for bad in candidates([part.schema for part in self._parts]):
            text = bad.value if isinstance(bad.value, str) else None
            encoded = None if text is None else self._encoded(text)
            if encoded is None or (text and not text.strip()) or len(encoded) > 10_000:
                continue
            if (codes := self._codes(encoded if self.parameter.location == "header" else text or "")) and len(
                codes
            ) == 1:
                yield codes[0], f"{self._parts[bad.part].pointer}/{bad.keyword}", bad.note, encoded


def _languages(codes: list[str]) -> Iterator[str]:
    """A code, and lists with weights, regions and wildcards (RFC 9110 section 12.5.4)."""
    first, second, last = codes[0], codes[len(codes) // 2], codes[-1]
    common = [code for code in ("en", "de", "fr", "nb") if code in codes]
    yield from (*common, first, second, last, last.upper(), second.title())
    yield from (
        f"{first},{second}",
        f"{first}, {second};q=0.5, *;q=0.1",
        f"{last}-XX",
        f"{second}-Latn-XX;q=0.001",
        "*",
    )
    yield ",".join(codes[:30])
