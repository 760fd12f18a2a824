"""The report in JSON: everything that is known."""

import json

from relation_spec.fuzz.model import Result
from relation_spec.fuzz.showing import Shower

__all__ = ["written"]


def written(result: Result, shower: Shower) -> str:
    """The report as JSON."""
    text = json.dumps(shower.result(result), indent=2, ensure_ascii=False, default=str) + "\n"
    return text.encode("utf-8", "backslashreplace").decode()  # a lone surrogate is written as JSON escapes it
