"""What WSGI environments (PEP 3333) and ASGI scopes say of a request: its address and its header fields."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from relation_spec.messages.frameworks.coding import header_pairs

__all__ = ["environ_headers", "environ_url", "scope_headers", "scope_url"]

_PATH: Final = "/:@!$&'()*+,;=~"  # what a path may hold as it is (RFC 3986 section 3.3)


def environ_url(environ: Mapping[str, Any], path: str | bytes) -> str:
    """Path and query as they were sent.

    Args:
        environ: the environment.
        path: the decoded path, for servers that tell the path in no other form.
    """
    for key in ("RAW_URI", "REQUEST_URI"):  # gunicorn; mod_wsgi, uWSGI; Werkzeug's server has both
        target = environ.get(key)
        if isinstance(target, str) and target:
            return target
    return _joined(quote(path, safe=_PATH), environ.get("QUERY_STRING", ""))


def environ_headers(environ: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The header fields; those that were repeated were joined by the server."""
    fields = []
    for key, value in environ.items():
        if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            name, absent = key, not value  # PEP 3333 lets servers leave them empty
        elif key.startswith("HTTP_") and key not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
            name, absent = key[5:], key == "HTTP_COOKIE" and not value  # Django's test client: no cookies
        else:
            continue
        if not absent:
            fields.append((name.replace("_", "-").title(), str(value)))
    return fields


def scope_url(scope: Mapping[str, Any]) -> str:
    """Path and query as they were sent; the path is encoded anew where the server does not tell ``raw_path``."""
    raw = scope.get("raw_path")
    path = raw.partition(b"?")[0].decode("iso-8859-1") if raw else quote(scope["path"], safe=_PATH)
    query = scope.get("query_string", b"")
    return _joined(path, query.decode("iso-8859-1") if isinstance(query, bytes) else query)


def scope_headers(scope: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The header fields as they were sent, with names in lower case."""
    return header_pairs(scope.get("headers") or ())


def _joined(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
