"""Values of an HTTP archive, taken with their types checked: what has another type is a fault, not an exception."""

from binascii import Error, a2b_base64
from typing import Any, Final

from relation_spec.contract import Side
from relation_spec.findings import Severity, type_name
from relation_spec.limits import MAX_ENTRY_FAULTS
from relation_spec.recordings.entry import Fault

__all__ = ["Values"]

_MISSING: Final = object()
_PLAIN: Final = (None, "", "utf-8", "utf8")
_BROKEN: Final = "Record the traffic again, or mend the file; HAR 1.2 says what it holds."
_RECORD: Final = "Record the traffic with its bodies; here the rest of the message is judged without it."


class Values:
    """Takes values out of one entry.

    Attributes:
        faults: what was wrong with them.
        lacking: the sides whose body is not there.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.lacking: set[Side] = set()

    def fault(self, message: str, side: Side | None, severity: Severity = "error", hint: str = _BROKEN) -> None:
        """Note a fault."""
        if len(self.faults) < MAX_ENTRY_FAULTS:
            self.faults.append(Fault(message, hint, side=side, severity=severity))

    def lack(self, side: Side, what: str) -> None:
        """Note that the body of ``side`` is not there: a warning, since the rest can be judged."""
        self.lacking.add(side)
        self.fault(what, side, "warning", _RECORD)

    def wrong(self, where: str, expected: str, found: Any, side: Side | None) -> None:
        """Note a value of the wrong type, without the value."""
        seen = "nothing" if found is _MISSING else f"a value of type {type_name(found)}"
        self.fault(f"found {seen} at {where}; expected {expected}", side)

    def mapping(self, held: dict[str, Any], name: str, side: Side | None, where: str = "") -> dict[str, Any] | None:
        """The object called ``name`` in ``held``, or None with a fault."""
        value = held.get(name, _MISSING)
        if isinstance(value, dict):
            return value
        self.wrong(f"{where}{name}", "an object", value, side)
        return None

    def text(self, held: dict[str, Any], name: str, side: Side, where: str) -> str | None:
        """The text called ``name`` in ``held``, or None with a fault."""
        value = held.get(name, _MISSING)
        if isinstance(value, str):
            return value
        self.wrong(f"{where}.{name}", "a text", value, side)
        return None

    def pairs(self, held: dict[str, Any], name: str, side: Side, where: str) -> list[tuple[str, str]]:
        """The list called ``name`` of objects with a name and a value."""
        value = held.get(name, _MISSING)
        if not isinstance(value, list):
            self.wrong(f"{where}.{name}", "an array", value, side)
            return []
        pairs = []
        for index, item in enumerate(value):
            here = f"{where}.{name}[{index}]"
            if not isinstance(item, dict):
                self.wrong(here, "an object", item, side)
                continue
            pair = self.text(item, "name", side, here), self.text(item, "value", side, here)
            if pair[0] is not None and pair[1] is not None:
                pairs.append((pair[0], pair[1]))
        return pairs

    def body(self, held: dict[str, Any], side: Side, where: str) -> str | bytes | None:
        """The ``text`` in ``held``, decoded by its ``encoding``; where that fails, None with a fault."""
        text = self.text(held, "text", side, where)
        encoding = held.get("encoding")
        if text is not None and encoding in _PLAIN:
            return text
        if text is not None and encoding == "base64":
            try:
                return a2b_base64("".join(text.split()), strict_mode=True)
            except (Error, ValueError):
                self.fault(f"the text at {where}.text is no base64, which its encoding says it is", side)
        elif text is not None:
            self.fault(f"found an unknown encoding at {where}.encoding; expected base64 or none", side)
        self.lacking.add(side)
        return None

    def size(self, *held: Any) -> int:
        """The first of ``held`` that is a size, or -1 where nobody knows it."""
        return next((size for size in held if type(size) is int and size >= 0), -1)
