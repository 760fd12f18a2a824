"""Defects: media types, their negotiation and their charset."""

import re

from relation_spec.media import media_type
from relation_spec.messages.message import Request
from relation_spec.server.answering import Reply
from relation_spec.server.defects.fields import is_xml
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, with_field

_LABEL = "Content-Type"


def labelled(reply: Reply, label: str | None) -> Reply:
    """The answer under another label, or none."""
    others = [field for field in reply.headers if field[0] != _LABEL]
    return reply._replace(headers=[*others, (_LABEL, label)] if label else others)


@breaks("media types", "reply")
def label_of_another(at: Scene, reply: Reply, request: Request) -> Reply:
    """XML is labelled as JSON.

    Breaks: {xml}
    Harm: Programs that go by the label cannot read the answer.
    Hidden: shows only where XML is asked for
    """
    name = next((name for name in at.document.get(at.gives) if media_type.is_json(name)), None)
    return labelled(reply, f"{name}; charset=utf-8") if is_xml(reply) and name else reply


@breaks("media types", "reply")
def label_missing(at: Scene, reply: Reply, request: Request) -> Reply:
    """Answers do not say what they are.

    Breaks: {gives}
    Harm: Programs must guess; browsers offer a file for download.
    """
    return labelled(reply, None)


@breaks("media types", "request")
def accept_ignored(at: Scene, request: Request) -> Request:
    """Whatever is accepted, the first media type of the contract comes back.

    Breaks: {gives}
    Harm: Programs that read only XML get JSON.
    Hidden: shows only where another media type than the first is asked for
    """
    return with_field(request, "Accept")


@breaks("media types", "request")
def weights_ignored(at: Scene, request: Request) -> Request:
    """The weights of accepted media types do not count: the first named is taken.

    Breaks: {gives}
    Harm: Programs get a format that they take only in need, and convert it with losses.
    Hidden: shows only for requests that name what they like best last
    """
    accepted = [re.sub(r";\s*q=[0-9.]+", "", value) for value in request.values("Accept")]
    return with_field(request, "Accept", *accepted)


@breaks("media types", "reply")
def latin_1_as_utf_8(at: Scene, reply: Reply, request: Request) -> Reply:
    """Answers are written in ISO 8859-1, and say that they are UTF-8.

    Breaks: {gives}
    Harm: Programs cannot read the answer as soon as a name has an umlaut.
    Hidden: shows only for texts with other letters than those of ASCII
    """
    return reply._replace(body=reply.body.decode().encode("iso-8859-1", "replace"))


@breaks("media types", "request")
def range_of_types_refused(at: Scene, request: Request) -> Request:
    """A range such as text/* is taken for the name of a media type that the server does not have.

    Breaks: {gives}
    Harm: Programs that take any text are told that the server has none, and get no answer.
    Hidden: shows only for requests that accept such a range and nothing else
    """
    accepted = [re.sub(r"([^\s,;/*]+)/\*", r"\1/x-star", value) for value in request.values("Accept")]
    return with_field(request, "Accept", *accepted)
