"""The samples of a reference: bodies in every media type and whole messages, each judged by the contract when made.

In: a contract and an operation. Out: :class:`Sample` values. A sample that the contract refuses stops the build, with
the line of the example that it was made from.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from relation_spec.contract import (
    Body,
    Document,
    MediaType,
    Operation,
    Side,
    UnencodableValueError,
    UnusableContractError,
)
from relation_spec.contract.pointer import join
from relation_spec.docs.illustrating import completed, illustration
from relation_spec.findings import Report
from relation_spec.messages import Contract
from relation_spec.messages.bodies import BodyJudge, Engines
from relation_spec.messages.decoding import kind_of
from relation_spec.messages.message import Request, Response
from relation_spec.strategies.authentication import alternatives
from relation_spec.strategies.choosing import SteadyRandom
from relation_spec.strategies.drafts import RequestDraft
from relation_spec.strategies.pools import wire_text
from relation_spec.strategies.request_drafts import put
from relation_spec.strategies.response_drafts import number_of
from relation_spec.strategies.values import NoValueError, valid_value

__all__ = ["Sample", "Samples"]

_JSON: Final = "application/json"
_QUERY: Final = "/:@!$'()*,;"  # what a value in a query may hold as it is (RFC 3986 section 3.4)
_CHARSET: Final = "; charset=utf-8"


class Sample(NamedTuple):
    """A body.

    Attributes:
        content_type: its media type, as the contract names it.
        kind: ``"json"``, ``"xml"`` or ``"form"``.
        value: its value.
        text: its text, for people.
        alike: the media types whose bodies look the same, this one first.
    """

    content_type: str
    kind: str
    value: Any
    text: str
    alike: tuple[str, ...]


class Samples:
    """Makes and judges the samples of one operation.

    Args:
        contract: the contract.
        operation: the operation.
    """

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self._contract, self._operation = contract, operation
        self._document: Document = contract.document
        self._ways = alternatives(operation)
        for side, status, body in self._bodies():
            for media in body.content.values():
                self._judge_examples(side, status, media)
        for parameter in operation.parameters:
            self._judge_parameter(parameter.name, parameter.pointer)

    def _bodies(self) -> list[tuple[Side, int, Body]]:
        found: list[tuple[Side, int, Body]] = (
            [("request", 0, self._operation.request)] if self._operation.request else []
        )
        for status, body in self._operation.responses.items():
            found.append(("response", self.status(status), body))
        return found

    def status(self, key: str) -> int:
        """A status that the key of a response stands for."""
        return number_of(key, self._operation.responses)

    def _refuse(self, what: str, pointer: str, report: Report | str) -> UnusableContractError:
        finding = str(report) if isinstance(report, str) else str(next(iter(report.errors), report))
        return UnusableContractError(
            self._document.path, self._document.line(pointer), f"{what} is not valid: {finding}"
        )

    def _examples(self, pointer: str) -> list[tuple[str, str, Any]]:
        """The examples at a Media Type or Parameter Object: a name, a pointer and a value for each."""
        held = self._document.get(pointer)
        found = [("example", join(pointer, "example"), held["example"])] if "example" in held else []
        for name in held.get("examples", {}):
            here = self._document.follow(join(pointer, "examples", name))
            if "value" in self._document.get(here):
                found.append((f"example {name!r}", join(here, "value"), self._document.get(here)["value"]))
        return found

    def _judged(self, side: Side, value: Any, content_type: str, status: int) -> Report:
        name = self._operation.operation_id
        if side == "request":
            return self._contract.validate_request_body(value, content_type, operation=name)
        return self._contract.validate_response_body(value, content_type, status=status, operation=name)

    def _judge_examples(self, side: Side, status: int, media: MediaType) -> None:
        for name, pointer, value in self._examples(media.pointer):
            if not (report := self._judged(side, value, media.name, status)):
                raise self._refuse(f"the {name} of {media.name}", pointer, report)

    def _judge_parameter(self, name: str, pointer: str) -> None:
        for shown, here, value in self._examples(pointer):
            report = self.judged(self.request(parameters={name: wire_text(value)}))
            wrong = Report(f for f in report.errors if f.where.partition(".")[2] == name)
            if not wrong:
                raise self._refuse(f"the {shown} of {name}", here, wrong)

    def judged(self, request: Request) -> Report:
        """What the contract says of a request."""
        return self._contract.validate_request(request, operation=self._operation.operation_id)

    def checked(self, request: Request) -> Request:
        """``request``, which the contract must take.

        Raises:
            UnusableContractError: where it does not.
        """
        if not (report := self.judged(request)):
            raise self._refuse("a sample request", self._operation.pointer, report)
        return request

    def value(self, side: Side, status: int = 200) -> tuple[str, Any] | None:
        """The pointer of the first example of a side, and its value with what it lacks; None where no body has one."""
        body = self._operation.request if side == "request" else self._operation.response(status)
        medias = [media for media in (body.content.values() if body else ()) if media.schema]
        for media in medias:
            for _, pointer, value in self._examples(media.pointer):
                return pointer, completed(self._document, side, (str(media.schema),), value)
        if not medias:
            return None
        schema, label = str(medias[0].schema), medias[0].name
        return medias[0].pointer, self._made(schema, side, lambda value: self._judged(side, value, label, status))

    def bodies(self, side: Side, status: int = 200) -> tuple[Sample, ...]:
        """A sample for each kind of media type: JSON, XML, forms.

        Raises:
            UnusableContractError: for one that the contract refuses.
        """
        body = self._operation.request if side == "request" else self._operation.response(status)
        found = self.value(side, status)
        if body is None or found is None:
            return ()
        made: dict[str, Sample] = {}
        for name in body.content:
            kind = kind_of(name)
            if kind is None:
                continue
            try:
                text = self._written(side, found[1], name, status)
            except UnencodableValueError:
                continue  # such as null where the media type has none
            if not (report := self._judged(side, text, name, status)):
                raise self._refuse(f"the sample of {name}", found[0], report)
            alike = (*made[kind].alike, name) if kind in made else (name,)
            first = made.get(kind, Sample(name, kind, found[1], text.rstrip("\n"), ()))
            made[kind] = first._replace(alike=alike)
        return tuple(made.values())

    def _written(self, side: Side, value: Any, name: str, status: int) -> str:
        operation = self._operation.operation_id
        if side == "request":
            return self._contract.encode_request_body(value, name, operation=operation, indent=2).decode()
        return self._contract.encode_response_body(value, name, status=status, operation=operation, indent=2).decode()

    def type_sample(self, pointer: str, side: Side) -> Any:
        """A value of one type of the contract.

        Raises:
            UnusableContractError: where the contract refuses it.
        """
        judge = BodyJudge(Engines(self._document, side), MediaType(_JSON, pointer, pointer))
        value = self._made(pointer, side, lambda value: judge.validate(value, max_findings=1))
        if not (report := judge.validate(value, max_findings=1)):
            raise self._refuse("the sample of a type", pointer, report)
        return value

    def _made(self, schema: str, side: Side, judged: Callable[[Any], Report]) -> Any:
        """A plain value of a schema, or where only a search finds one, any."""
        value = illustration(self._document, side, (schema,), schema.rpartition("/")[2])
        if judged(value):
            return value
        try:
            return valid_value(self._document, side, schema, SteadyRandom(1), whole=True, clean=True)
        except NoValueError:
            return value

    def request(
        self, sample: Sample | None = None, *, parameters: dict[str, str] | None = None, way: int = 0, accept: str = ""
    ) -> Request:
        """A whole request with a body, credentials of one kind and parameters; nothing is judged yet."""
        draft = RequestDraft(self._operation.method, "", self._operation.path)
        for credential in self._ways[way][0] if self._ways else ():
            put(draft, credential)
        fields, draft.credentials = draft.credentials, []
        fields += [("Accept", accept)] if accept else []
        for parameter in self._operation.parameters:
            value = (parameters or {}).get(parameter.name)
            if value is None and parameter.required:
                value = wire_text(next((held for *_, held in self._examples(parameter.pointer)), "1"))
            if value is None:
                continue
            if parameter.location == "path":
                draft.path = draft.path.replace(f"{{{parameter.name}}}", quote(value, safe=""))
            elif parameter.location == "query":
                draft.query.append((parameter.name, quote(value, safe=_QUERY)))
            else:
                (fields if parameter.location == "header" else draft.cookies).append((parameter.name, value))
        draft.fields = fields
        if sample is not None:
            draft.content_type, draft.body = sample.content_type, sample.text.encode()
        return draft.message()

    def response(self, sample: Sample, status: int = 200) -> Response:
        """A whole response, which the contract takes.

        Raises:
            UnusableContractError: where it does not.
        """
        made = Response(status, [("Content-Type", sample.content_type + _CHARSET)], sample.text)
        if not (report := self._contract.validate_response(made, operation=self._operation.operation_id)):
            raise self._refuse("a sample response", self._operation.pointer, report)
        return made
