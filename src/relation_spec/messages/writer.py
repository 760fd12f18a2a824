"""Faults to findings: worded later, counted now, no more kept than anybody reads, and no credential in them."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from relation_spec.contract import Document
from relation_spec.contract.pointer import join
from relation_spec.findings import Finding, Report
from relation_spec.findings.redaction import Redaction
from relation_spec.messages.places import Position, nowhere
from relation_spec.schema.faults import Faults, pointer_of, tokens
from relation_spec.schema.rules import Rule

__all__ = ["WordedRule", "Writer"]

_Words = tuple[str, str | None]


class WordedRule(Rule):
    """A rule whose message and hint stand fast: ``param`` holds both."""

    def words(self, value: Any, detail: Any) -> tuple[str, str | None]:
        """The message and the hint."""
        message, hint = self.param
        return message, hint


_SNAPSHOT: Final = 1000
_CONTAINERS: Final = frozenset({dict, list})


class Writer:
    """Turns faults into findings, no more than ``limit``, errors first."""

    def __init__(
        self, document: Document, strict: bool, limit: int, secrets: Callable[[], Iterable[str]] | None = None
    ) -> None:
        self._document, self._strict, self.limit = document, strict, limit
        self._secrets = secrets
        self._made: Redaction | None = None
        self._errors: list[Finding] = []
        self._warnings: list[Finding] = []
        self._counts = {"error": 0, "warning": 0}

    def _redaction(self, secrets: Callable[[], Iterable[str]]) -> Redaction:
        """Made when the first finding is noted: a valid message has no use for it."""
        if self._made is None:
            self._made = Redaction(secrets())
        return self._made

    @property
    def is_empty(self) -> bool:
        """Whether nothing was noted."""
        return not (self._counts["error"] or self._counts["warning"])

    def wants(self) -> bool:
        """Whether a further finding would be kept."""
        return self._counts["error"] + self._counts["warning"] < self.limit

    def add(
        self,
        rule: Rule,
        path: Iterable[str | int],
        position: Position = nowhere,
        paths: dict[str, tuple[str | int, ...]] | None = None,
        value: Any = None,
        detail: Any = None,
        where: str = "body",
    ) -> None:
        """Note one finding."""
        path = tuple(path)
        pointer = join("", *path)
        if paths is not None:
            paths[pointer] = path
        self._put(rule, pointer, position, value, detail, where)

    def _put(self, rule: Rule, pointer: str, position: Position, value: Any, detail: Any, where: str = "body") -> None:
        severity = rule.severity
        self._counts[severity] += 1
        if self._counts[severity] > self.limit:
            return
        shown = "error" if self._strict else severity
        words = rule.words
        if self._secrets is not None:
            hidden = self._redaction(self._secrets)
            value, detail, pointer = hidden.hide(value), hidden.hide(detail), hidden.pointer(pointer)
            words = partial(_covered, hidden, words)
        (self._errors if severity == "error" else self._warnings).append(
            Finding(
                (
                    rule.code,
                    shown,
                    where,
                    pointer,
                    rule.pointer,
                    words,
                    value,
                    detail,
                    position,
                    self._document.line,
                )
            )
        )

    def faults(self, out: Faults, position: Position, paths: dict[str, tuple[str | int, ...]] | None) -> None:
        """Note what an engine found."""
        for rule, path, value, detail in out.errors + out.warnings:
            pointer = pointer_of(path)
            if paths is not None:
                paths[pointer] = tokens(path)
            elif type(value) in _CONTAINERS and len(value) < _SNAPSHOT:
                # the caller may change a decoded value before the finding is read
                self._put(rule, pointer, position, value.copy(), detail)
                continue
            self._put(rule, pointer, position, value, detail)
        self._counts["error"] += out.error_count - len(out.errors)
        self._counts["warning"] += out.warning_count - len(out.warnings)

    def take(self, report: Report) -> None:
        """Note what another report says."""
        for finding in report.findings:
            kept = self._errors if finding.severity == "error" else self._warnings
            self._counts["error" if finding.severity == "error" else "warning"] += 1
            if self._secrets is not None:
                hidden = self._redaction(self._secrets)
                finding = Finding((*finding[:5], partial(_covered, hidden, finding[5]), *finding[6:]))  # noqa: PLW2901
            kept.append(finding)

    def report(self) -> Report:
        """What was noted."""
        kept = (self._errors + self._warnings)[: self.limit]
        total = self._counts["error"] + self._counts["warning"]
        valid = not (total if self._strict else self._counts["error"])
        return Report(kept, valid=valid, omitted=total - len(kept))


def _covered(redaction: Redaction, words: Callable[[Any, Any], _Words], value: Any, detail: Any) -> _Words:
    return redaction.words(words(value, detail))
