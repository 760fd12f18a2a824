"""Defects: statuses, and what errors say."""

import json
from http import HTTPStatus

from relation_spec.messages.message import Request
from relation_spec.server.answering import ProblemError, Reply
from relation_spec.server.defects.fields import is_json, is_xml
from relation_spec.server.defects.labels import labelled
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value
from relation_spec.server.meaning import keyword

_BAD = 400
_NOT_ALLOWED = 405
_TRACE = """Traceback (most recent call last):
  File "/srv/crm/app/relations.py", line 212, in save
    row = self._validate(body)
  File "/srv/crm/app/validation.py", line 88, in _validate
    raise ValueError(message)
ValueError: """


@breaks("status", "reply")
def status_created(at: Scene, reply: Reply, request: Request) -> Reply:
    """A saved relation is answered with 201.

    Breaks: {success}
    Harm: Programs that know only 200 report a failure, and people save again.
    """
    return reply._replace(status=201) if reply.status == 200 else reply


@breaks("status", "reply")
def error_as_success(at: Scene, reply: Reply, request: Request) -> Reply:
    """Errors are answered with 200.

    Breaks: {success}
    Harm: Programs report that a relation was saved which was not.
    Hidden: shows only in errors
    """
    return reply._replace(status=200) if reply.status >= _BAD else reply


@breaks("status", "reply")
def fault_for_bad_request(at: Scene, reply: Reply, request: Request) -> Reply:
    """What the client did wrong is answered with 500.

    Breaks: {refusal}
    Harm: Programs send the same bad request again and again, and operators are called at night.
    Hidden: shows only for invalid requests
    """
    return reply._replace(status=500) if reply.status == _BAD else reply


@breaks("status", "reply")
def status_unknown(at: Scene, reply: Reply, request: Request) -> Reply:
    """An invalid request is answered with 422, which the contract does not know.

    Breaks: {refusal}
    Harm: Programs do not know the status, and do not show what was wrong.
    Hidden: shows only for invalid requests
    """
    return reply._replace(status=422) if reply.status == _BAD else reply


@breaks("status", "value")
def fault_on_apostrophe(at: Scene, value: Value) -> None:
    """A text with an apostrophe is put into a statement of SQL as it is, and fails.

    Breaks: {text}
    Harm: Nobody can write O'Brien, and others can run statements of their own.
    Hidden: shows only for texts with an apostrophe
    """
    if "'" in str(at.text.of(value) or ""):
        raise ProblemError(500, 'near "\'": syntax error')


@breaks("status", "value")
def refused_by_chance(at: Scene, value: Value) -> None:
    """A negative number without a text beside it is refused.

    Breaks: {number.minimum}
    Harm: Some valid relations cannot be saved, and nobody is told why.
    Hidden: shows only for a rare combination: a negative number, and the text left out
    """
    if (at.number.of(value) or 0) < 0 and at.text.of(value) is None:
        raise ProblemError(_BAD, "the relation is not valid")


@breaks("errors", "reply")
def error_as_page(at: Scene, reply: Reply, request: Request) -> Reply:
    """Errors are pages for people, in HTML.

    Breaks: {refusal.content}
    Harm: Programs cannot read what is wrong, and show markup to people.
    Hidden: shows only in errors
    """
    if reply.status < _BAD:
        return reply
    phrase = HTTPStatus(reply.status).phrase
    body = f"<html><head><title>{phrase}</title></head><body><h1>{reply.status} {phrase}</h1></body></html>"
    return labelled(reply._replace(body=body.encode()), "text/html; charset=utf-8")


@breaks("errors", "reply")
def error_as_plain_text(at: Scene, reply: Reply, request: Request) -> Reply:
    """Errors are a line of text, and are labelled as what was asked for.

    Breaks: {refusal.content}
    Harm: Programs cannot read what is wrong.
    Hidden: shows only in errors
    """
    return reply._replace(body=HTTPStatus(reply.status).phrase.encode()) if reply.status >= _BAD else reply


@breaks("errors", "message")
def error_with_stack_trace(at: Scene, message: str, status: int, fields: dict[str, list[str]]) -> str:
    """Errors show where in the program they arose.

    Breaks: {error.properties}
    Harm: People are shown what they cannot understand, and outsiders learn of the server's inside.
    Hidden: shows only in errors
    """
    return _TRACE + message


@breaks("errors", "message")
def error_echoes_secret(at: Scene, message: str, status: int, fields: dict[str, list[str]]) -> str:
    """Errors repeat the header fields of the request, credentials and all.

    Breaks: {secret.x-secret}
    Harm: Passwords and tokens end in logs, tickets and screenshots.
    Hidden: shows only in errors
    """
    return f"{message}; the request said " + "; ".join(f"{name}: {', '.join(held)}" for name, held in fields.items())


@breaks("errors", "reply")
def error_without_words(at: Scene, reply: Reply, request: Request) -> Reply:
    """Errors in JSON are objects with nothing in them.

    Breaks: {error.required}
    Harm: Nobody is told what is wrong.
    Hidden: shows only in errors
    """
    return reply._replace(body=b"{}") if reply.status >= _BAD and is_json(reply) else reply


@breaks("errors", "reply")
def error_denies_itself(at: Scene, reply: Reply, request: Request) -> Reply:
    """Errors in JSON say that they are none.

    Breaks: {constant.const}
    Harm: Programs that go by this member report that a relation was saved which was not.
    Hidden: shows only in errors
    """
    if reply.status < _BAD or not is_json(reply):
        return reply
    value = json.loads(reply.body)
    return reply._replace(body=json.dumps(value | {at.constant.name: False}).encode())


@breaks("status", "value")
def fault_on_unset_date(at: Scene, value: Value) -> None:
    """A date-time that was never set is converted to UTC, and fails at the start of the calendar.

    Breaks: {moment.x-zero}
    Harm: A blank relation that was fetched and filled in cannot be saved.
    Hidden: shows only for requests with the date-time that stands for none
    """
    if keyword(at.document, at.moment.pointers, "x-zero") in (at.moment.of(value), at.creation.of(value)):
        raise ProblemError(500, "the date-time is out of range")


@breaks("errors", "reply")
def xml_error_under_another_root(at: Scene, reply: Reply, request: Request) -> Reply:
    """Errors in XML stand in an element of the framework's own name.

    Breaks: {error.xml}
    Harm: Programs that read XML by its schema cannot read what is wrong.
    Hidden: shows only in errors, where XML is asked for
    """
    if reply.status < _BAD or not is_xml(reply):
        return reply
    name = keyword(at.document, (at.error,), "xml")["name"].encode()
    before, _, after = reply.body.replace(b"<" + name, b"<HttpError", 1).rpartition(b"</" + name)
    return reply._replace(body=before + b"</HttpError" + after)


@breaks("errors", "reply")
def allow_without_the_operation(at: Scene, reply: Reply, request: Request) -> Reply:
    """Who uses a wrong method is told of every method but the operation's own.

    Breaks: {not_allowed.headers}
    Harm: Programs that go by the list find no way to save.
    Hidden: shows only for methods that the address does not take
    """
    if reply.status != _NOT_ALLOWED:
        return reply
    own = at.operation.method
    return reply._replace(
        headers=[
            (name, ", ".join(one for one in value.split(", ") if one != own) if name == "Allow" else value)
            for name, value in reply.headers
        ]
    )
