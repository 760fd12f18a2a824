"""What a validation answers: a :class:`Report` of :class:`Finding` values.

A finding keeps only what was seen; its words, hint and positions are worked out when somebody reads them, so that
asking for the verdict, the codes and the pointers stays cheap.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NoReturn

from relation_spec.findings.codes import Severity

__all__ = ["Finding", "InvalidMessageError", "Report"]

_FIELDS: Final = (
    "code",
    "severity",
    "message",
    "where",
    "pointer",
    "line",
    "column",
    "spec_pointer",
    "spec_line",
    "hint",
)


class Finding(tuple[Any, ...]):
    """One thing that a message gets wrong. Immutable; compares and hashes by all its fields.

    Attributes:
        code: the kind, a key of the table of codes, such as ``"range"``.
        severity: ``"error"`` or ``"warning"``.
        where: the part of the message, such as ``"body"``, ``"status"`` or ``"header.Content-Type"``.
        pointer: the place in the body (RFC 6901), ``""`` for the whole body or another part.
        spec_pointer: the rule's place in the YAML (RFC 6901).
    """

    __slots__ = ()

    # a tuple is the cheapest immutable value; its items past the fifth are what the lazy properties need
    code: str = property(itemgetter(0))  # type: ignore[assignment]
    severity: Severity = property(itemgetter(1))  # type: ignore[assignment]
    where: str = property(itemgetter(2))  # type: ignore[assignment]
    pointer: str = property(itemgetter(3))  # type: ignore[assignment]
    spec_pointer: str = property(itemgetter(4))  # type: ignore[assignment]

    @property
    def message(self) -> str:
        """What was found and what was expected, in one sentence."""
        return self._words()[0]

    @property
    def hint(self) -> str | None:
        """What to do, or None."""
        return self._words()[1]

    @property
    def line(self) -> int | None:
        """The line in the body's text, from 1, or None where there is no text."""
        return self._place()[0]

    @property
    def column(self) -> int | None:
        """The column in the body's text in characters, from 1, or None where there is no text."""
        return self._place()[1]

    @property
    def spec_line(self) -> int | None:
        """The line of the rule in the YAML, from 1."""
        line: int | None = self[9](self[4])
        return line

    def _words(self) -> tuple[str, str | None]:
        words: tuple[str, str | None] = self[5](self[6], self[7])
        return words

    def _place(self) -> tuple[int | None, int | None]:
        place: tuple[int | None, int | None] = self[8](self[3], self[0])
        return place

    def to_dict(self) -> dict[str, Any]:
        """All fields by name, ready for JSON."""
        return {name: getattr(self, name) for name in _FIELDS}

    def __eq__(self, other: object) -> bool:
        return self.to_dict() == other.to_dict() if isinstance(other, Finding) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.code, self.severity, self.where, self.pointer, self.spec_pointer))

    def __reduce__(self) -> Any:
        return _thaw, (self.to_dict(),)

    def __str__(self) -> str:
        place = self.where + (f" {self.pointer}" if self.pointer else "")
        if self.line is not None:
            place += f" (line {self.line}, column {self.column})"
        hint = f". {self.hint}" if self.hint else ""
        return f"{self.severity}[{self.code}] {place}: {self.message}{hint}"

    def __repr__(self) -> str:
        return f"<Finding {self}>"


def _thaw(fields: Mapping[str, Any]) -> Finding:
    """A finding from the fields of :meth:`Finding.to_dict`, for pickle."""
    words = (fields["message"], fields["hint"])
    place = (fields["line"], fields["column"])
    line = fields["spec_line"]
    return Finding(
        (
            *(fields[name] for name in ("code", "severity", "where", "pointer", "spec_pointer")),
            lambda value, detail: words,
            None,
            None,
            lambda pointer, code: place,
            lambda pointer: line,
        )
    )


class InvalidMessageError(ValueError):
    """Raised by :meth:`Report.raise_if_invalid`; ``report`` holds the findings."""

    def __init__(self, report: "Report") -> None:
        super().__init__(str(report))
        self.report = report

    def __reduce__(self) -> tuple[type["InvalidMessageError"], tuple["Report"]]:
        return type(self), (self.report,)


class Report:
    """The findings of one validation. Immutable; true when the message is valid.

    Attributes:
        valid: whether no finding counts as an error (under ``strict``, whether there is no finding).
        findings: what was found, errors before warnings, at most ``max_findings``.
        omitted: how many more there were.
    """

    __slots__ = ("findings", "omitted", "valid")

    valid: bool
    findings: tuple[Finding, ...]
    omitted: int

    def __init__(self, findings: Iterable[Finding] = (), *, valid: bool | None = None, omitted: int = 0) -> None:
        kept = tuple(findings)
        put = object.__setattr__
        put(self, "findings", kept)
        put(self, "omitted", omitted)
        put(self, "valid", all(f.severity != "error" for f in kept) if valid is None else valid)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make a message invalid."""
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that do not make a message invalid."""
        return tuple(f for f in self.findings if f.severity == "warning")

    def raise_if_invalid(self) -> None:
        """Do nothing when valid; raise :class:`InvalidMessageError`, whose text lists the findings, when not."""
        if not self.valid:
            raise InvalidMessageError(self)

    def at_most(self, limit: int) -> "Report":
        """The same report with its first ``limit`` findings alone; the others count as omitted."""
        if len(self.findings) <= limit:
            return self
        omitted = self.omitted + len(self.findings) - limit
        return Report(self.findings[:limit], valid=self.valid, omitted=omitted)

    def to_dict(self) -> dict[str, Any]:
        """``{"valid", "findings": [...], "omitted"}``, ready for JSON."""
        return {"valid": self.valid, "findings": [f.to_dict() for f in self.findings], "omitted": self.omitted}

    def __bool__(self) -> bool:
        return self.valid

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __eq__(self, other: object) -> bool:
        return self.to_dict() == other.to_dict() if isinstance(other, Report) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.valid, self.findings, self.omitted))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Report cannot be changed: {name}")

    def __reduce__(self) -> tuple[Callable[..., "Report"], tuple[Sequence[Finding], bool, int]]:
        return _thaw_report, (self.findings, self.valid, self.omitted)

    def __str__(self) -> str:
        lines = [str(f) for f in self.findings]
        if self.omitted:
            lines.append(f"and {self.omitted} more")
        return "\n".join(lines) or "valid"

    def __repr__(self) -> str:
        return f"<Report {'valid' if self.valid else 'invalid'}, {len(self.findings) + self.omitted} findings>"


def _thaw_report(findings: Sequence[Finding], valid: bool, omitted: int) -> Report:
    return Report(findings, valid=valid, omitted=omitted)
