"""What is said of a message: codes, findings, reports, and how values are quoted in them."""

from relation_spec.findings.codes import CODES, Code, Severity
from relation_spec.findings.quoting import quote, quote_name, type_name
from relation_spec.findings.report import Finding, InvalidMessageError, Report

__all__ = [
    "CODES",
    "Code",
    "Finding",
    "InvalidMessageError",
    "Report",
    "Severity",
    "quote",
    "quote_name",
    "type_name",
]
