"""The report in HAR 1.2, which browsers and proxies open: the exchange behind each defect.

When it happened and how long it took is not kept of a defect, so that the times, which HAR demands, are zero.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from relation_spec import __version__
from relation_spec.fuzz.model import Result
from relation_spec.fuzz.showing import Shower

__all__ = ["written"]


def written(result: Result, shower: Shower) -> str:
    """The report as HAR."""
    entries = [_entry(one) for one in shower.result(result)["defects"]]
    log = {"version": "1.2", "creator": {"name": "relation-spec", "version": __version__}, "entries": entries}
    return json.dumps({"log": log}, indent=2, default=str) + "\n"


def _entry(one: Mapping[str, Any]) -> dict[str, Any]:
    sent, got = one["request"], one["response"] or {"status": 0, "headers": [], "body": None}
    query = parse_qsl(urlsplit(sent["url"]).query, keep_blank_values=True)
    request = {
        "method": sent["method"], "url": sent["url"], **_common(sent),
        "queryString": [{"name": name, "value": value} for name, value in query],
    }  # fmt: skip
    if sent["body"] is not None:
        request["postData"] = {"mimeType": _label(sent), "text": sent["body"]}
    body = got["body"] or ""
    response = {
        "status": got["status"], "statusText": "", "redirectURL": "", **_common(got),
        "content": {"size": len(body.encode()), "mimeType": _label(got), "text": body},
    }  # fmt: skip
    if one["fault"] is not None:
        response["_error"] = one["fault"]  # as Chromium writes it
    return {
        "startedDateTime": "1970-01-01T00:00:00Z", "time": 0, "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "comment": f"{one['title']}: {one['message']}", "request": request, "response": response,
    }  # fmt: skip


def _common(held: Mapping[str, Any]) -> dict[str, Any]:
    fields = [{"name": name, "value": value} for name, value in held["headers"]]
    return {"httpVersion": "HTTP/1.1", "headers": fields, "cookies": [], "headersSize": -1, "bodySize": -1}


def _label(held: Mapping[str, Any]) -> str:
    return next((value for name, value in held["headers"] if name.lower() == "content-type"), "")
