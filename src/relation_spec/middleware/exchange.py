"""What a watcher tells of one request and its answer: an :class:`Exchange`, a line in the log, a call.

Neither an exchange nor its line shows the value of a header, a query or a body, so both may be kept.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from relation_spec.findings import Report
from relation_spec.findings.quoting import escape, quote_pointer

__all__ = ["Exchange", "OnReport", "around_body", "tell"]

_LOGGER: Final = logging.getLogger("relation_spec")
_MOST: Final = 10  # places in one line of the log


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, judged.

    Attributes:
        method: the request's method.
        path: the request's path as it was sent, without its query.
        status: the answer's status, or None where there was no answer.
        duration: seconds from the request's arrival to the end of the answer, or None where nobody measured it.
        request: what was said of the request, or None where it was not judged.
        response: what was said of the answer, or None where it was not judged.
        refused: whether the request was answered before the application saw it.
        notes: what was not judged and why, such as ``"request-body-too-large"``.
    """

    method: str
    path: str
    status: int | None
    duration: float | None
    request: Report | None
    response: Report | None
    refused: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def valid(self) -> bool:
        """Whether nothing that was judged is invalid."""
        return all(report is None or report.valid for report in (self.request, self.response))


OnReport = Callable[[Exchange], object]
"""A caller's function that counts or keeps exchanges."""


def around_body(report: Report, strict: bool) -> Report:
    """What ``report`` says of the message around a body that could not be judged."""
    kept = [finding for finding in report.findings if finding.where != "body"]
    return Report(kept, valid=not kept if strict else None)


def tell(exchange: Exchange, on_report: OnReport | None) -> None:
    """Log the findings of both messages, one line each, and hand the exchange to ``on_report``.

    What ``on_report`` raises is logged and goes no further: whoever counts exchanges must not break them.
    """
    for side, report in (("request", exchange.request), ("response", exchange.response)):
        if report is not None and report.findings:
            level = logging.INFO if report.valid else logging.WARNING
            if _LOGGER.isEnabledFor(level):
                _LOGGER.log(level, "%s", _line(exchange, side, report))
    if on_report is not None:
        try:
            on_report(exchange)
        except Exception:
            _LOGGER.exception("on_report failed for %s %s", exchange.method, escape(exchange.path))


def _line(exchange: Exchange, side: str, report: Report) -> str:
    errors, warnings = len(report.errors), len(report.warnings)
    places = [
        f"{finding.code} at {finding.where}{' ' + quote_pointer(finding.pointer) if finding.pointer else ''}"
        for finding in report.findings[:_MOST]
    ]
    more = len(report.findings) - len(places) + report.omitted
    rest = f", and {more} more" if more else ""
    answer = "refused with" if exchange.refused else "answered with"
    return (
        f"{escape(exchange.method)} {escape(exchange.path)} {answer} {exchange.status or 'nothing'}: {side} "
        f"{'valid' if report.valid else 'invalid'}, errors: {errors}, warnings: {warnings}; {', '.join(places)}{rest}"
    )
