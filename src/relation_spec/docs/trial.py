"""What the part of the page offers on which messages are tried: sides, media types, statuses, ways to sign in.

In: a contract's operation and its samples. Out: a plain value, ready for JSON, in which every name is the contract's.
"""

from typing import Any

from relation_spec.contract import Document, Operation, SecurityScheme
from relation_spec.docs.samples import Sample
from relation_spec.messages.decoding import kind_of

__all__ = ["trial_of"]


def trial_of(document: Document, operation: Operation, samples: tuple[Sample, ...]) -> dict[str, Any]:
    """The choices of the form.

    A script of a page can neither set cookies nor choose certificates, so that ways which need them are left out.
    """
    request = [name for name in (operation.request.content if operation.request else ()) if kind_of(name)]
    answers = {
        status: [name for name in body.content if kind_of(name)]
        for status, body in operation.responses.items()
        if status.isdecimal()
    }
    texts = {name: sample.text for sample in samples for name in sample.alike}
    ways = [
        {"name": " with ".join(scheme.name for scheme in way) or "nothing", "parts": [_part(scheme) for scheme in way]}
        for way in operation.security
        if all(scheme.kind != "mutualTLS" and scheme.location != "cookie" for scheme in way)
    ]
    return {
        "method": operation.method,
        "path": operation.path,
        "operation": operation.operation_id,
        "request": request,
        "answers": answers,
        "select": operation.select.name if operation.select else None,
        "samples": texts,
        "ways": ways,
    }


def _part(scheme: SecurityScheme) -> dict[str, str]:
    """One credential: how it is sent, and the scheme or the name under which."""
    if scheme.kind == "apiKey":
        return {"how": scheme.location, "name": scheme.key}
    word = scheme.scheme if scheme.kind == "http" else "Bearer"
    return {"how": "basic" if word.lower() == "basic" else "token", "name": word.title() if word.islower() else word}
