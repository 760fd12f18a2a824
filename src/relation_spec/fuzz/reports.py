"""Reports of a run for other programs and people: JSON, JUnit, SARIF, HAR and one HTML page.

In: a result, and a :class:`Shower` that keeps credentials out. Out: text, by a function of the table ``FORMS``.
"""

import html
import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from xml.etree import ElementTree

from relation_spec import __version__
from relation_spec.findings.quoting import escape
from relation_spec.fuzz.checks import CHECKS
from relation_spec.fuzz.model import Result
from relation_spec.fuzz.showing import Shower

__all__ = ["FORMS", "as_json"]


def as_json(result: Result, shower: Shower) -> str:
    """Everything."""
    return json.dumps(shower.result(result), indent=2, ensure_ascii=False, default=str) + "\n"


def _junit(result: Result, shower: Shower) -> str:
    """A test case for each check; what is untried is a case of its own."""
    root = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(root, "testsuite", name=f"relation-spec fuzz {result.target}",
                                   time=f"{result.seconds:.3f}")  # fmt: skip
    failures = errors = 0
    for name, about in CHECKS.items():
        case = ElementTree.SubElement(suite, "testcase", classname="relation-spec.fuzz", name=name)
        found = [shower.defect(defect) for defect in result.defects if defect.check == name]
        if found:
            failures += 1
            told = [f"{one['title']}: {one['message']}\n{one['curl']}" for one in found]
            failure = ElementTree.SubElement(case, "failure", message=_clean(f"{len(found)} found; {about.looks_for}"))
            failure.text = _clean("\n\n".join(told))
        elif result.untested is not None:
            ElementTree.SubElement(case, "skipped", message="nothing was tested")
    missing = [*([result.untested] if result.untested is not None else []), *result.holes]
    case = ElementTree.SubElement(suite, "testcase", classname="relation-spec.fuzz", name="everything was tried")
    if missing:
        errors += 1
        ElementTree.SubElement(case, "error", message=_clean(shower.cover("; ".join(missing))))
    for element in (root, suite):
        element.set("tests", str(len(suite)))
        element.set("failures", str(failures))
        element.set("errors", str(errors))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    """``text`` without characters that XML cannot carry."""
    return "".join(c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "\ufffd"
                   for c in text)  # fmt: skip


def _sarif(result: Result, shower: Shower) -> str:
    """SARIF 2.1.0: the places are the lines of the contract that are broken."""
    order = {name: number for number, name in enumerate(CHECKS)}
    results: list[dict[str, Any]] = []
    for one in map(shower.defect, result.defects):
        region = {"region": {"startLine": one["spec_line"]}} if one["spec_line"] else {}
        place = {"artifactLocation": {"uri": _file(result)}, **region}
        results.append({
            "ruleId": one["check"], "ruleIndex": order[one["check"]], "level": "warning" if one["flaky"] else "error",
            "message": {"text": f"{one['title']}: {one['message']}"},
            "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": one["place"]}]}],
            "partialFingerprints": {"relationSpec/v1": f"{one['check']} {one['place']} {one['cause']}"},
            "properties": {"basis": one["basis"], "specPointer": one["spec_pointer"], "curl": one["curl"]},
        })  # fmt: skip
    rules = [{"id": name, "shortDescription": {"text": about.looks_for}} for name, about in CHECKS.items()]
    invocation: dict[str, Any] = {"executionSuccessful": result.untested is None}
    if notes := [*([result.untested] if result.untested is not None else []), *result.holes]:
        told = [{"level": "error", "message": {"text": shower.cover(text)}} for text in notes]
        invocation["toolExecutionNotifications"] = told
    driver = {"name": "relation-spec", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "invocations": [invocation], "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, default=str) + "\n"


def _file(result: Result) -> str:
    return result.contract.rpartition("/")[2] or "contract"


def _har(result: Result, shower: Shower) -> str:
    """HAR 1.2: the exchange behind each defect."""
    entries = []
    for defect in result.defects:
        one = shower.defect(defect)
        response = one["response"] or {"status": 0, "headers": [], "body": ""}
        entries.append({
            "startedDateTime": "1970-01-01T00:00:00Z", "time": 0, "cache": {}, "comment": one["title"],
            "timings": {"send": 0, "wait": 0, "receive": 0},
            "request": _har_message(one["request"]) | {"method": one["request"]["method"],
                                                       "url": one["request"]["url"], "queryString": []}
            | ({"postData": {"mimeType": _label(one["request"]), "text": one["request"]["body"]}}
               if one["request"]["body"] is not None else {}),
            "response": _har_message(response) | {
                "status": response["status"], "statusText": "", "redirectURL": "",
                "content": {"size": -1, "mimeType": _label(response), "text": response["body"] or ""}},
        })  # fmt: skip
    log = {"version": "1.2", "creator": {"name": "relation-spec", "version": __version__}, "entries": entries}
    return json.dumps({"log": log}, indent=2, default=str) + "\n"


def _har_message(held: Mapping[str, Any]) -> dict[str, Any]:
    fields = [{"name": name, "value": value} for name, value in held["headers"]]
    return {"httpVersion": "HTTP/1.1", "headers": fields, "cookies": [], "headersSize": -1, "bodySize": -1}


def _label(held: Mapping[str, Any]) -> str:
    return next((value for name, value in held["headers"] if name.lower() == "content-type"), "")


_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
pre{{background:#f4f4f4;color:#111;padding:.8rem;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}}
table{{border-collapse:collapse}}td,th{{border:1px solid #999;padding:.2rem .5rem;text-align:left}}
@media(prefers-color-scheme:dark){{body{{background:#111;color:#eee}}pre{{background:#222;color:#eee}}}}</style></head>
<body><main><h1>{title}</h1><p><strong>{verdict}</strong></p>{notes}{defects}
<h2>Media pairs</h2><table><tr><th>sent as</th><th>answered as</th><th>successes</th></tr>{pairs}</table>
<p>Seed {seed}, {cases} cases in {seconds} seconds; hash of the cases: {digest}.</p></main></body></html>
"""


def _html(result: Result, shower: Shower) -> str:
    """One page without anything to load."""
    held = shower.result(result)
    count = len(result.defects)
    verdict = f"Nothing was tested: {held['untested']}" if result.untested is not None else (
        f"{count} defect{'' if count == 1 else 's'}" if count else "No defect found")  # fmt: skip
    notes = "".join(f"<li>{_text(text)}</li>" for text in [*result.holes, *result.notes])
    rows = "".join(f"<tr><td>{_text(a)}</td><td>{_text(b)}</td><td>{n}</td></tr>" for a, b, n in held["pairs"])
    return _PAGE.format(
        title=_text(f"relation-spec fuzz {result.target}"), verdict=_text(verdict), seed=result.seed, pairs=rows,
        notes=f"<ul>{notes}</ul>" if notes else "", defects="".join(map(_section, held["defects"])),
        cases=held["cases"], seconds=held["seconds"], digest=_text(result.digest),
    )  # fmt: skip


def _section(one: Mapping[str, Any]) -> str:
    response = one["response"]
    answer = f"{response['status']}\n{response['body'] or ''}" if response else one["fault"]
    flaky = " (did not show again)" if one["flaky"] else ""
    return (
        f"<section><h2>{_text(one['title'])}{flaky}</h2><p>{_text(one['message'])}</p>"
        f"<p>Check {_text(one['check'])}; rule {_text(one['spec_pointer'])}, line {one['spec_line']}, "
        f"by {_text(one['basis'])}.</p><pre>{_text(one['curl'])}</pre><pre>{_text(answer)}</pre></section>"
    )


def _text(text: Any) -> str:
    return html.escape(escape(str(text)) if "\n" not in str(text) else str(text))


FORMS: Final[Mapping[str, Callable[[Result, Shower], str]]] = {
    "json": as_json,
    "junit": _junit,
    "sarif": _sarif,
    "har": _har,
    "html": _html,
}
"""Every form of report by its name."""
