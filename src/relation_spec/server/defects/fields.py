"""Defects: fields that get lost, are swapped or cut off."""

from relation_spec.media import media_type
from relation_spec.messages.message import Request
from relation_spec.server.answering import Reply
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value

_LONG = 100  # characters
_LARGE = 4000  # bytes


def is_json(reply: Reply) -> bool:
    """Whether an answer is JSON."""
    parsed = media_type.parse(next((value for name, value in reply.headers if name == "Content-Type"), ""))
    return parsed is not None and media_type.is_json(parsed.name)


def is_xml(reply: Reply) -> bool:
    """Whether an answer is XML."""
    parsed = media_type.parse(next((value for name, value in reply.headers if name == "Content-Type"), ""))
    return parsed is not None and media_type.is_xml(parsed.name)


@breaks("fields", "answer")
def field_lost(at: Scene, value: Value) -> None:
    """A text is left out of the answer.

    Breaks: {answer.required}
    Harm: Programs that show the text crash, or save the record without it the next time.
    """
    del value[at.text.name]


@breaks("fields", "answer")
def nulls_left_out(at: Scene, value: Value) -> None:
    """Whatever is null is left out of the answer.

    Breaks: {answer.required}
    Harm: Programs that read a member without asking whether it is there crash.
    """
    for name in [name for name, held in value.items() if held is None]:
        del value[name]


@breaks("fields", "answer")
def names_in_camel_case(at: Scene, value: Value) -> None:
    """Names of properties begin with a small letter.

    Breaks: {answer.properties}
    Harm: Programs find none of the properties, and take all of them for empty.
    """
    renamed = {name[:1].lower() + name[1:]: held for name, held in value.items()}
    value.clear()
    value.update(renamed)


@breaks("fields", "answer")
def field_too_many(at: Scene, value: Value) -> None:
    """The answer tells how it was made, in a property that nobody knows.

    Breaks: {answer.x-closed}
    Harm: Programs that refuse unknown names fail, and outsiders learn of the server's inside.
    """
    value["debugInfo"] = {"sql": "UPDATE records SET value = ? WHERE id = ?", "ms": 3}


@breaks("fields", "reply")
def field_twice(at: Scene, reply: Reply, request: Request) -> Reply:
    """A text stands twice in JSON, first as null.

    Breaks: {answer}
    Harm: Some programs read the null, and some refuse the answer.
    """
    if reply.status != 200 or not is_json(reply):
        return reply
    return reply._replace(body=reply.body.replace(b"{", f'{{"{at.text.name}":null,'.encode(), 1))


@breaks("fields", "answer")
def names_swapped(at: Scene, value: Value) -> None:
    """The names of the two ends are swapped, and their ids are not.

    Breaks: {shown.x-value}
    Harm: People read the relation the wrong way round.
    """
    for one, other in zip(at.names[:1], at.names[1:2], strict=False):
        value[one.name], value[other.name] = other.of(value), one.of(value)


@breaks("fields", "record")
def ends_sorted(at: Scene, kept: Value) -> None:
    """The two ends are stored with the smaller id first.

    Breaks: {reference}
    Harm: Half of all relations are turned round: the owner becomes the owned.
    Hidden: shows only where the first id is larger than the second
    """
    for one, other in zip(at.references[:1], at.references[1:2], strict=False):
        kept[one.name], kept[other.name] = sorted((kept[one.name], kept[other.name]))


@breaks("truncation", "record")
def text_cut(at: Scene, kept: Value) -> None:
    """A text is cut after a hundred characters.

    Breaks: {text}
    Harm: The end of what people wrote is gone.
    Hidden: shows only for texts of more than 100 characters
    """
    at.text.change(kept, lambda text: text[:_LONG])


@breaks("truncation", "record")
def text_ends_with_its_line(at: Scene, kept: Value) -> None:
    """A text ends where its first line ends.

    Breaks: {text}
    Harm: Everything but the first line of what people wrote is gone.
    Hidden: shows only for texts of several lines
    """
    at.text.change(kept, lambda text: text.partition("\n")[0])


@breaks("truncation", "record")
def text_trimmed(at: Scene, kept: Value) -> None:
    """White space around a text is dropped.

    Breaks: {text}
    Harm: What was sent does not come back, so that programs see a change that nobody made.
    Hidden: shows only for texts that begin or end with white space
    """
    at.text.change(kept, str.strip)


@breaks("truncation", "reply")
def body_cut(at: Scene, reply: Reply, request: Request) -> Reply:
    """A long answer ends before its end.

    Breaks: {gives}
    Harm: Programs cannot read the answer, and do not know whether the relation was saved.
    Hidden: shows only for answers of more than 4000 bytes
    """
    return reply._replace(body=reply.body[:_LARGE])
