"""What a reference page holds, before it is written: plain values, which every format renders in its own way."""

from typing import Any, Final, NamedTuple

from relation_spec.docs.choices import Choice
from relation_spec.docs.fields import Bound, Field, Kind
from relation_spec.docs.prose import Prose
from relation_spec.docs.rules import Rule
from relation_spec.docs.snippets import Snippet
from relation_spec.findings import Code

__all__ = ["ADDRESS", "Answer", "Block", "Body", "Example", "Header", "Label", "Page", "Severities", "Type", "Way"]

ADDRESS: Final = "http://127.0.0.1:8080"
"""Where ``relation-spec serve`` listens unless it is told otherwise: samples run there as they stand."""


class Block(NamedTuple):
    """A piece of text to show: what it is called, its language (``json``, ``xml``, ``http``, ...), and the text."""

    name: str
    language: str
    text: str


class Way(NamedTuple):
    """A way to authenticate: the schemes that go together, each with its description, and how a request shows it."""

    name: str
    schemes: tuple[tuple[str, Prose], ...]
    pointer: str
    provenance: str
    sample: Block


class Header(NamedTuple):
    """A header field of a request: a parameter, or one that HTTP or the contract's security gives."""

    name: str
    kind: Kind | None
    required: bool
    description: Prose
    bounds: tuple[Bound, ...]
    pointer: str
    provenance: str
    reason: str


class Label(NamedTuple):
    """A media type of one side: what it is, how null is written there, and where the statement comes from."""

    name: str
    kind: str
    side: str
    rules: tuple[Bound, ...]
    pointer: str
    provenance: str
    reason: str


class Body(NamedTuple):
    """A body: its type's name, what it is, its properties, and samples of it, the first one the plainest."""

    name: str
    description: Prose
    fields: tuple[Field, ...]
    bounds: tuple[Bound, ...]
    pointer: str
    samples: tuple[Block, ...]


class Answer(NamedTuple):
    """A status: its phrase, when it comes, which header fields come with it, and the name of its body's type."""

    status: str
    phrase: str
    description: Prose
    headers: tuple[tuple[str, Prose], ...]
    body: str
    pointer: str
    provenance: str
    reason: str


class Type(NamedTuple):
    """A named type: its properties, or the rules of a plain value; and a sample where it is an object."""

    name: str
    kind: Kind
    description: Prose
    fields: tuple[Field, ...]
    bounds: tuple[Bound, ...]
    pointer: str
    provenance: str
    reason: str
    sample: Block | None


class Example(NamedTuple):
    """A whole request with a body of one kind, in every way to send it, and the media types that look the same."""

    name: str
    kind: str
    alike: tuple[str, ...]
    snippets: tuple[Snippet, ...]


class Severities(NamedTuple):
    """How a finding of one code counts on each side, where it is not an error on both."""

    code: str
    title: str
    request: str
    response: str


class Page(NamedTuple):
    """A whole page.

    Attributes:
        trial: what the part to try messages on offers, ready for JSON.
    """

    title: str
    summary: Prose
    description: Prose
    method: str
    path: str
    address: str
    version: str
    file: str
    ways: tuple[Way, ...]
    query: tuple[Field, ...]
    query_sample: Block | None
    places: tuple[Field, ...]
    headers: tuple[Header, ...]
    headers_sample: Block | None
    request: Body | None
    answers: tuple[Answer, ...]
    response: Body | None
    errors: tuple[Answer, ...]
    error: Body | None
    labels: tuple[Label, ...]
    request_samples: tuple[Block, ...]
    response_samples: tuple[Block, ...]
    sample_request: Block | None
    sample_response: Block | None
    examples: tuple[Example, ...]
    types: tuple[Type, ...]
    rules: tuple[Rule, ...]
    codes: tuple[Code, ...]
    severities: tuple[Severities, ...]
    choices: tuple[Choice, ...]
    provenances: tuple[tuple[str, int], ...]
    trial: dict[str, Any]
