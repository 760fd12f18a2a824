"""From a contract to a :class:`Page`: which values stand in which section.

In: a contract, an operation and the address of a server. Out: the page. Nothing here knows the endpoint: names, media
types and samples come from the contract.
"""

import json
from http import HTTPStatus
from typing import Any, Final

from relation_spec.contract import Body as Described
from relation_spec.contract import Document, Operation, Parameter, SecurityScheme, Side
from relation_spec.contract.pointer import join, split
from relation_spec.docs.choices import choices_of, counts_of
from relation_spec.docs.fields import Bound, Field, bounds_of, description_of, fields_of, kind_of, named, source_of
from relation_spec.docs.page import (
    Answer,
    Block,
    Body,
    Example,
    Header,
    Label,
    Page,
    Severities,
    Type,
    Way,
)
from relation_spec.docs.prose import Piece, Prose, code, joined, pieces
from relation_spec.docs.rules import rules_of, schemas_of
from relation_spec.docs.samples import Sample, Samples
from relation_spec.docs.snippets import http_text, snippets
from relation_spec.docs.trial import trial_of
from relation_spec.docs.wording import words
from relation_spec.findings import CODES
from relation_spec.messages import Contract
from relation_spec.messages.decoding import kind_of as body_kind
from relation_spec.strategies.authentication import AUTHORIZATION
from relation_spec.strategies.pools import wire_text

__all__ = ["gathered"]

# older Pythons have the phrases of older RFCs
_PHRASES: Final = {"413": "Content Too Large", "414": "URI Too Long", "416": "Range Not Satisfiable",
                   "422": "Unprocessable Content"}  # fmt: skip
_PROVENANCES: Final = ("page", "seen", "vendor", "choice")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _block(sample: Sample) -> Block:
    return Block(sample.content_type, "text" if sample.kind == "form" else sample.kind, sample.text)


class _Gathering:
    def __init__(self, contract: Contract, operation: Operation, address: str) -> None:
        self.contract, self.operation, self.address = contract, operation, address
        self.document: Document = contract.document
        self.samples = Samples(contract, operation)
        self.good = next((s for s in operation.responses if s.startswith("2")), None)
        self.bad = next((s for s in operation.responses if s[:1] in "45" or s == "default"), None)

    def page(self) -> Page:
        held = self.document.get(self.operation.pointer)
        info, counts = self.document.get("/info"), counts_of(self.document)
        requests = self.samples.bodies("request")
        answers = self._samples(self.good)
        parameters: dict[str, list[Field]] = {}
        for parameter in self.operation.parameters:
            parameters.setdefault(parameter.location, []).append(self._parameter(parameter))
        return Page(
            title=f"{self.operation.method} {info['title']}",
            summary=pieces(held.get("summary", info.get("summary", ""))),
            description=pieces(held.get("description", info.get("description", ""))),
            method=self.operation.method,
            path=self.operation.path,
            address=self.address,
            version=str(info["version"]),
            file=self.document.path.rpartition("/")[2],
            ways=tuple(self._way(number, requests) for number in range(len(self.operation.security))),
            query=tuple(parameters.get("query", ())),
            query_sample=self._query_sample(),
            places=tuple(parameters.get("path", ())),
            headers=tuple(self._headers()),
            headers_sample=self._headers_sample(),
            request=self._body("request", self.operation.request, requests),
            answers=tuple(self._answer(status) for status in self.operation.responses),
            response=self._body("response", self.operation.responses.get(self.good or ""), answers),
            errors=tuple(self._answer(s) for s in self.operation.responses if s[:1] in "45" or s == "default"),
            error=self._body("response", self.operation.responses.get(self.bad or ""), self._samples(self.bad)),
            labels=tuple(self._labels()),
            request_samples=tuple(map(_block, requests)),
            response_samples=tuple(map(_block, answers)),
            sample_request=self._sample_request(requests),
            sample_response=self._sample_response(answers),
            examples=tuple(self._example(sample) for sample in requests),
            types=tuple(self._types()),
            rules=rules_of(self.document, self.operation),
            codes=tuple(CODES.values()),
            severities=tuple(self._severities()),
            choices=choices_of(self.document),
            provenances=tuple((name, counts[name]) for name in _PROVENANCES if name in counts),
            trial=trial_of(self.document, self.operation, requests),
        )

    def _samples(self, status: str | None) -> tuple[Sample, ...]:
        return self.samples.bodies("response", self.samples.status(status)) if status else ()

    def _parameter(self, parameter: Parameter) -> Field:
        held = self.document.get(parameter.pointer)
        below = (parameter.schema,) if parameter.schema else ()
        own = [Bound(join(parameter.pointer, word), words(word, held[word], short=True)) for word in held
               if word.startswith("x-") and word not in ("x-provenance", "x-reason")]  # fmt: skip
        inner = bounds_of(self.document, below)
        choice = source_of(self.document, below[0]) if below and parameter.schema in below else ("", "")
        source = choice if choice[0] == "choice" else source_of(self.document, parameter.pointer)
        return Field(parameter.name, kind_of(self.document, below), parameter.required, False,
                     pieces(held.get("description", "")), (*own, *inner), parameter.pointer, *source)  # fmt: skip

    def _examples(self) -> dict[str, str]:
        """The example of each parameter, as it stands in a message."""
        found = {}
        for parameter in self.operation.parameters:
            held = self.document.get(parameter.pointer)
            shown = [held["example"]] if "example" in held else [
                self.document.get(self.document.follow(join(parameter.pointer, "examples", name)))["value"]
                for name in held.get("examples", {})
            ]  # fmt: skip
            if shown:
                found[parameter.name] = wire_text(shown[0])
        return found

    def _located(self, location: str) -> dict[str, str]:
        names = {parameter.name for parameter in self.operation.parameters if parameter.location == location}
        return {name: text for name, text in self._examples().items() if name in names}

    def _query_sample(self) -> Block | None:
        if not (known := self._located("query")):
            return None
        url = self.samples.request(parameters=known).url
        return Block("query", "http", f"{self.operation.method} {url}")

    def _headers_sample(self) -> Block | None:
        known = self._located("header")
        lines = [f"{name}: {value}" for name, value in self.samples.request(parameters=known).headers if name in known]
        return Block("header fields", "http", "\n".join([f"{self.operation.method} {self.operation.path}", *lines]))

    def _way(self, number: int, bodies: tuple[Sample, ...]) -> Way:
        way = self.operation.security[number]
        names = [scheme.name for scheme in way]
        held = [(_shown(s), pieces(self.document.get(s.pointer).get("description", ""))) for s in way]
        self.samples.checked(self.samples.request(next(iter(bodies), None), way=number))
        fields = self.samples.request(way=number)
        text = "\n".join([f"{fields.method} {fields.url}", *(f"{name}: {value}" for name, value in fields.headers)])
        pointer = way[0].pointer if way else self.operation.security_pointer
        return Way(" with ".join(names) or "nothing", tuple(held), pointer, source_of(self.document, pointer)[0],
                   Block(" with ".join(names), "http", text))  # fmt: skip

    def _headers(self) -> list[Header]:
        """Header fields as a reader looks for them: credentials, what the body is, what is accepted, parameters."""
        made: list[Header] = []
        schemes = list(dict.fromkeys(scheme for way in self.operation.security for scheme in way))
        spoken = [scheme for scheme in schemes if scheme.kind in ("http", "oauth2", "openIdConnect")]
        pointer, source = self.operation.security_pointer, source_of(self.document, self.operation.pointer)
        if spoken:
            said = (
                Piece("One of the schemes "),
                *joined([code(_shown(s).rpartition(" ")[2]) for s in spoken], ", "),
                Piece("."),
            )
            made.append(Header(AUTHORIZATION, None, False, said, (), pointer, *source))
        for scheme in schemes:
            if scheme.location == "header":
                said = pieces(self.document.get(scheme.pointer).get("description", ""))
                made.append(Header(scheme.key, None, False, said, (), scheme.pointer,
                                   *source_of(self.document, scheme.pointer)))  # fmt: skip
        if self.operation.request and self.operation.request.content:
            made.append(self._listed("Content-Type", "What the body is: ", [self.operation.request]))
        good = [body for status, body in self.operation.responses.items() if status.startswith("2")]
        if any(body.content for body in good):
            made.append(self._listed("Accept", "What you can read; the answer is one of: ", good))
        for parameter in self.operation.parameters:
            if parameter.location == "header":
                field = self._parameter(parameter)
                made.append(Header(field.name, field.kind, field.required, field.description, field.bounds,
                                   field.pointer, field.provenance, field.reason))  # fmt: skip
        return made

    def _listed(self, name: str, head: str, bodies: list[Described]) -> Header:
        types = dict.fromkeys(media for body in bodies for media in body.content)
        said: Prose = (Piece(head), *joined([code(media) for media in types], ", "), Piece("."))
        pointer = join(bodies[0].pointer, "content")
        return Header(name, None, False, said, (), pointer, *source_of(self.document, bodies[0].pointer))

    def _body(self, side: Side, body: Described | None, samples: tuple[Sample, ...]) -> Body | None:
        schema = next((media.schema for media in (body.content.values() if body else ()) if media.schema), None)
        if body is None or schema is None:
            return None
        name = named(self.document, (schema,)) or split(schema)[-1]
        said = description_of(self.document, (schema,)) or pieces(
            self.document.get(body.pointer).get("description", "")
        )
        return Body(name, said, fields_of(self.document, (schema,)), bounds_of(self.document, (schema,)),
                    self.document.follow(schema), tuple(map(_block, samples)))  # fmt: skip

    def _answer(self, status: str) -> Answer:
        body = self.operation.responses[status]
        held = self.document.get(body.pointer)
        headers = tuple((h.name, pieces(self.document.get(h.pointer).get("description", ""))) for h in body.headers)
        schema = next((media.schema for media in body.content.values() if media.schema), None)
        return Answer(status, _phrase(status), pieces(held["description"]), headers,
                      named(self.document, (schema,)) if schema else "", body.pointer,
                      *source_of(self.document, body.pointer))  # fmt: skip

    def _labels(self) -> list[Label]:
        sides: list[tuple[str, Described | None]] = [("request", self.operation.request)]
        sides.append(("response", self.operation.responses.get(self.good or "")))
        made = []
        for side, body in sides:
            for media in body.content.values() if body else ():
                held = self.document.get(media.pointer)
                said = [word for word in ("x-null", "x-names") if word in held]
                rules = tuple(Bound(join(media.pointer, word), words(word, held[word])) for word in said)
                made.append(Label(media.name, body_kind(media.name) or "other", side, rules, media.pointer,
                                  *source_of(self.document, media.pointer)))  # fmt: skip
        return made

    def _sample_request(self, samples: tuple[Sample, ...]) -> Block | None:
        if not samples:
            return None
        answers = self.operation.responses.get(self.good or "")
        accept = next(iter(answers.content), "") if answers else ""
        first = next((p.name for p in self.operation.parameters if p.location == "header"), "")
        known = {name: value for name, value in self._located("header").items() if name == first}
        request = self.samples.checked(self.samples.request(samples[0], parameters=known, accept=accept))
        return Block("request", "http", http_text(request))

    def _sample_response(self, samples: tuple[Sample, ...]) -> Block | None:
        if not samples or self.good is None:
            return None
        status = self.samples.status(self.good)
        text = http_text(self.samples.response(samples[0], status), phrase=_phrase(status))
        return Block("response", "http", text)

    def _example(self, sample: Sample) -> Example:
        request = self.samples.checked(self.samples.request(sample))
        value = {"value": sample.value} if sample.kind == "json" else {}
        return Example(sample.content_type, sample.kind, sample.alike, snippets(request, self.address, **value))

    def _types(self) -> list[Type]:
        """The named types that bodies and parameters are made of, but for the bodies' own."""
        bodies = [body for body in (self.operation.request, *self.operation.responses.values()) if body]
        roots = {named(self.document, (m.schema,)) for body in bodies for m in body.content.values() if m.schema}
        built = [target for root in roots for target in self._built(root)]
        made = []
        for pointer in schemas_of(self.document, self.operation):
            tokens = split(pointer)
            if tokens[:2] == ["components", "schemas"] and len(tokens) == 3 and tokens[2] not in {*roots, *built}:
                made.append(self._type(pointer, tokens[2]))
        return sorted(made, key=lambda one: self.document.line(one.pointer) or 0)

    def _built(self, root: str) -> list[str]:
        """The components that a body's type is built from, whose properties are shown as its own."""
        held = self.document.get(f"/components/schemas/{root}") if root else {}
        return [named(self.document, (f"/components/schemas/{root}",))] if "$ref" in held else []

    def _type(self, pointer: str, name: str) -> Type:
        side: Side = "response"
        fields = fields_of(self.document, (pointer,))
        sample = None
        if fields:
            sample = Block(name, "json", _json(self.samples.type_sample(pointer, side)))
        return Type(name, kind_of(self.document, (pointer,)), description_of(self.document, (pointer,)), fields,
                    bounds_of(self.document, (pointer,), short=False), pointer,
                    *source_of(self.document, pointer), sample)  # fmt: skip

    def _severities(self) -> list[Severities]:
        return [
            Severities(name, CODES[name].title, held["request"], held["response"])
            for name, held in self.document.to_dict().get("x-severity", {}).items()
        ]


def _phrase(status: str | int) -> str:
    """The reason phrase of a status (RFC 9110 section 15), or nothing for a range."""
    if status in _PHRASES:
        return _PHRASES[str(status)]
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return ""


def _shown(scheme: SecurityScheme) -> str:
    """Where a scheme's credentials stand."""
    if scheme.kind == "apiKey":
        return f"{scheme.location} {scheme.key}"
    if scheme.kind == "mutualTLS":
        return scheme.kind
    word = scheme.scheme or "Bearer"
    return f"{AUTHORIZATION}: {word.title() if word.islower() else word}"


def gathered(contract: Contract, operation: Operation, address: str) -> Page:
    """The page of one operation.

    Raises:
        UnusableContractError: for a sample that the contract refuses.
    """
    return _Gathering(contract, operation, address).page()
