"""Breaches of the rules around the body of a request, one at a time: method, path, query, header fields, negotiation.

In: the plan of an operation's requests. Out: changes to a draft, each with the finding that it must give. Those of
credentials and of the body's label stand in modules of their own.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from relation_spec.contract import Parameter
from relation_spec.contract.pointer import join
from relation_spec.messages.request_target import match_path
from relation_spec.strategies.drafts import Breach, Change, MessageBreach, RequestDraft
from relation_spec.strategies.request_drafts import RequestPlan

__all__ = ["around_the_body"]

_METHODS: Final = ("GET", "PUT", "PATCH", "DELETE", "POST", "OPTIONS", "TRACE", "FOO")


def _set(**parts: str | None) -> Change:
    def change(draft: RequestDraft) -> None:
        for name, value in parts.items():
            setattr(draft, name, value)

    return change


def _field(name: str, *values: str) -> Change:
    """The header field ``name`` with ``values``, in place of what there is."""

    def change(draft: RequestDraft) -> None:
        draft.fields = [(held, text) for held, text in draft.fields if held.lower() != name.lower()]
        draft.fields += [(name, value) for value in values]

    return change


def _query(name: str, *values: str) -> Change:
    def change(draft: RequestDraft) -> None:
        draft.query = [(held, text) for held, text in draft.query if held != name]
        draft.query += [(name, value) for value in values]

    return change


def _more(name: str, value: str) -> Change:
    return lambda draft: draft.query.append((name, value))


def around_the_body(plan: RequestPlan) -> Iterator[MessageBreach]:
    """Every breach of method, path, query, header fields and Accept."""
    yield from _methods(plan)
    yield from _paths(plan)
    yield from _unknown_parameters(plan)
    yield from _selects(plan)
    yield from _parameters(plan)
    yield from _fields(plan)
    yield from _accepts(plan)


def _methods(plan: RequestPlan) -> Iterator[MessageBreach]:
    operation = plan.operation
    taken = {other.method for other in plan.contract.document.operations.values() if other.path == operation.path}
    wanted = operation.method
    for method in dict.fromkeys((*_METHODS, wanted.lower(), wanted.title())):
        if method not in taken:
            breach = Breach("method", where="method", rule=operation.pointer, note=f"the method {method}")
            yield MessageBreach(breach, _set(method=method))


def _paths(plan: RequestPlan) -> Iterator[MessageBreach]:
    operation = plan.operation
    paths = [other.path for other in plan.contract.document.operations.values()]
    head, slash, last = operation.path.rpartition("/")
    if len(paths) > 1 or "{" in operation.path:  # with more than one the path tells the operation; left to others
        return
    made = {
        "without its last part": head or "/",
        "with a part more": f"{operation.path}/1",
        "with a letter more": f"{operation.path}s",
        "with two slashes": f"{head}/{slash}{last}",
        "in lower case": operation.path.lower(),
        "in upper case": operation.path.upper(),
        "with a slash that is data": f"{head}%2F{last}",
        "of the server itself": "/",
    }
    rule = operation.pointer.rpartition("/")[0]
    for note, path in made.items():
        if not match_path(operation.path, path):
            yield MessageBreach(Breach("path", where="path", rule=rule, note=f"the path {note}"), _set(path=path))
    if not operation.path.endswith("/"):
        breach = Breach("path", where="path", rule=rule, note="the path with a slash at its end")
        yield MessageBreach(breach, _set(path=f"{operation.path}/"))


def _unknown_parameters(plan: RequestPlan) -> Iterator[MessageBreach]:
    operation = plan.operation
    if plan.contract.document.severity("unknown-parameter", "request") == "none":
        return
    known = [parameter.name for parameter in operation.parameters if parameter.location == "query"]
    known += [s.key for way in operation.security for s in way if s.location == "query"]
    made = ["unknown", "x", ""]
    for name in known:
        made += [name.strip("$"), name.upper(), name.title(), f"{name}s", f"${name}", name[:-1]]
    rule = join(operation.pointer, "parameters")
    for name in dict.fromkeys(made):
        if name not in known:
            note = f"the query parameter {name!r}"
            breach = Breach("unknown-parameter", where="query", rule=rule, note=note)
            yield MessageBreach(breach, _more(quote(name, safe="$"), "1"))
    for broken in ("%", "%4", "%zz"):
        also = (("unknown-parameter", "query", ""),)
        breach = Breach("malformed", where="query", rule="percent-encoding", note=f"{broken} in a query", also=also)
        yield MessageBreach(breach, _more("x", broken))


def _selects(plan: RequestPlan) -> Iterator[MessageBreach]:
    select = plan.operation.select
    if select is None or not plan.selectable:
        return
    first = quote(plan.selectable[0], safe="/")
    nested = next((name for name in plan.selectable if select.separator in name), None)
    rule, where = join(select.pointer, "x-select"), f"query.{select.name}"
    wrong = {
        "a name that is no property": "unknown",
        "a property twice removed": f"{first}{select.separator}{first}",
        "a path that ends in a separator": f"{first}{select.separator}",
        "names with semicolons": f"{first};{quote(plan.selectable[-1], safe='/')}",
        "a wildcard": "*",
        "a name with a blank in it": f"{first[:2]}%20{first[2:]}",
        "a misspelt name": f"{first}s",
    }
    if nested is not None:
        wrong["a nested name alone"] = f"{first},{quote(nested.rpartition(select.separator)[2])}s"
    for note, text in wrong.items():
        yield MessageBreach(
            Breach("select", where=where, rule=rule, note=f"$select: {note}"), _query(select.name, text)
        )
    schema = plan.contract.document.get(join(select.pointer, "schema")).get("items", {})
    if isinstance(schema, dict) and schema.get("minLength", 0) > 0:
        empty = {"an empty list": "", "an empty name": f"{first},,{quote(plan.selectable[-1], safe='/')}"}
        for note, text in {**empty, "a comma at its end": f"{first},"}.items():
            breach = Breach("select", where=where, rule=rule, note=f"$select: {note}")
            yield MessageBreach(breach, _query(select.name, text))
    breach = Breach("select", where=where, rule=rule, note="$select: a name twice")
    yield MessageBreach(breach, _query(select.name, f"{first},{first}"))
    breach = Breach("select", where=where, rule=select.pointer, note="$select: two lists")
    yield MessageBreach(breach, _query(select.name, first, first))


def _parameters(plan: RequestPlan) -> Iterator[MessageBreach]:
    """Breaches of the schemas of parameters, and of whether they must be there."""
    for pool in plan.pools:
        parameter = pool.parameter
        where = f"{parameter.location}.{parameter.name}"
        for code, rule, note, text in pool.bad:
            change = _held(parameter, text)
            if change is not None:
                change = _with_others(parameter, change, plan) if parameter.ignored_without else change
                yield MessageBreach(Breach(code, where=where, rule=rule, note=note), change)
        if parameter.required and parameter.location in ("header", "query", "cookie"):
            code = "header" if parameter.location == "header" else "required"
            breach = Breach(code, where=where, rule=join(parameter.pointer, "required"), note="missing")
            yield MessageBreach(breach, _without(parameter))


def _held(parameter: Parameter, text: str) -> Change | None:
    """The parameter with ``text``, in place of what there is; with what else it needs to have an effect."""
    match parameter.location:
        case "header":
            return _field(parameter.name, text)
        case "query":
            return _query(quote(parameter.name, safe="$"), text)
        case "cookie":
            cookie = (parameter.name, text)
            return lambda draft: setattr(
                draft, "cookies", [*(held for held in draft.cookies if held[0] != parameter.name), cookie]
            )
    return None


def _without(parameter: Parameter) -> Change:
    match parameter.location:
        case "header":
            return _field(parameter.name)
        case "query":
            return _query(quote(parameter.name, safe="$"))
    return lambda draft: setattr(draft, "cookies", [held for held in draft.cookies if held[0] != parameter.name])


def _fields(plan: RequestPlan) -> Iterator[MessageBreach]:
    """Breaches of the rules of HTTP about header fields (RFC 9110 section 5), and of what goes with what."""
    operation = plan.operation
    headers = [pool for pool in plan.pools if pool.parameter.location == "header" and pool.good]
    for pool in headers:
        name, good, where = pool.parameter.name, pool.good[0], f"header.{pool.parameter.name}"
        if not pool.takes_lists:
            breach = Breach("header", where=where, rule=pool.parameter.pointer, note=f"{name} twice")
            yield MessageBreach(breach, _with_others(pool.parameter, _field(name, good, good), plan))
        if pool.parameter.ignored_without:
            rule = join(pool.parameter.pointer, "x-ignored-without")
            breach = Breach("header", where=where, rule=rule, note=f"{name} without what it needs")
            yield MessageBreach(breach, _alone(pool.parameter, good))
    spelt = next((pool.parameter.name for pool in headers if len(pool.parameter.name) > 5), "Accept")
    for wrong in (f"{spelt}s", spelt.replace("-", "", 1) if "-" in spelt else spelt[:-1]):
        note = f"the name {wrong}"
        breach = Breach("header", where=f"header.{wrong}", rule=operation.pointer, note=note)
        yield MessageBreach(breach, _field(wrong, "en"))
    breach = Breach("header", where="header.?", rule=operation.pointer, note="a name with a blank")
    yield MessageBreach(breach, _field("X Unknown", "1"))
    for note, value in (("a line's end", "a\r\nX-Injected: 1"), ("NUL", "a\0"), ("a control character", "a\x1b")):
        breach = Breach("header", where="header.X-Unknown", rule=operation.pointer, note=f"{note} in a value")
        yield MessageBreach(breach, _field("X-Unknown", value))
    if operation.request is not None and plan.media_types:
        for note, length in (("no number", "all"), ("negative", "-1"), ("too long", "99999999"), ("none", "0")):
            breach = Breach("header", where="header.Content-Length", rule=operation.pointer, note=f"its length: {note}")
            yield MessageBreach(breach, _field("Content-Length", length))


def _alone(parameter: Parameter, text: str) -> Change:
    needed = {name.lower() for name in parameter.ignored_without}

    def change(draft: RequestDraft) -> None:
        draft.fields = [held for held in draft.fields if held[0].lower() not in needed | {parameter.name.lower()}]
        draft.fields.append((parameter.name, text))

    return change


def _with_others(parameter: Parameter, change: Change, plan: RequestPlan) -> Change:
    """``change``, with one of the fields without which ``parameter`` has no effect."""
    needed = parameter.ignored_without
    pool = next((pool for pool in plan.pools if pool.parameter.name in needed and pool.good), None)
    if pool is None:
        return change
    other, text = pool.parameter.name, pool.good[0]

    def both(draft: RequestDraft) -> None:
        change(draft)
        if not any(name.lower() in {n.lower() for n in needed} for name, _ in draft.fields):
            draft.fields.append((other, text))

    return both


_UNWANTED: Final = ("image/png", "text/html", "application/pdf", "video/*")


def _accepts(plan: RequestPlan) -> Iterator[MessageBreach]:
    """Breaches of negotiation (RFC 9110 section 12.5.1)."""
    names = [name for name in plan.accepted if name is not None]
    if not names:
        return
    operation = plan.operation
    success = next(status for status in operation.responses if status.startswith("2"))
    rule = join(operation.responses[success].pointer, "content")
    content = operation.responses[success].content
    unwanted = [name for name in _UNWANTED if not any(re.match(name.replace("*", ".*"), held) for held in content)]
    unwanted += [", ".join(unwanted), "*/*;q=0", ", ".join(f"{name};q=0" for name in content)]
    for text in unwanted:
        breach = Breach("not-acceptable", where="header.Accept", rule=rule, note=f"Accept: {text}")
        yield MessageBreach(breach, _set(accept=text))
    for text in ("json", "*", "text/", "/json", "*/json", "a/b;q=2", "a/b;q=x", "a/b c/d", "a/b;q=0.1234"):
        breach = Breach("header", where="header.Accept", rule="RFC 9110 section 12.5.1", note=f"Accept: {text}")
        yield MessageBreach(breach, _set(accept=text))
