"""Defects: what one media type says, another does not."""

from collections.abc import Callable

from relation_spec.findings import Report
from relation_spec.media import media_type
from relation_spec.messages.message import Request
from relation_spec.schema.selection import properties_of
from relation_spec.server.answering import ProblemError, Reply
from relation_spec.server.defects.fields import is_xml
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value, is_suffixed


def _is_labelled(request: Request | None, fits: Callable[[str], bool]) -> bool:
    parsed = media_type.parse(next(iter(request.values("Content-Type") if request else ()), ""))
    return parsed is not None and fits(parsed.name)


@breaks("parity", "answer")
def xml_null_as_empty(at: Scene, value: Value) -> None:
    """In XML a text that is null comes back as an empty one.

    Breaks: {xml.x-null}
    Harm: Programs that read XML cannot tell what was emptied from what was never there.
    Hidden: shows only in XML, where a text was left out
    """
    if media_type.is_xml(at.media):
        value[at.text.name] = at.text.of(value) or ""


@breaks("parity", "answer")
def xml_without_objects(at: Scene, value: Value) -> None:
    """In XML the user who saved is null.

    Breaks: {user.x-value}
    Harm: Programs that read XML do not know who changed a relation.
    Hidden: shows only in XML
    """
    if media_type.is_xml(at.media):
        value[at.user.name] = None


@breaks("parity", "reply")
def xml_with_capital_booleans(at: Scene, reply: Reply, request: Request) -> Reply:
    """In XML booleans are written True and False.

    Breaks: {boolean.type}
    Harm: Programs that read XML by its schema refuse the whole answer.
    Hidden: shows only in XML
    """
    if not is_xml(reply):
        return reply
    return reply._replace(body=reply.body.replace(b">true<", b">True<").replace(b">false<", b">False<"))


@breaks("parity", "answer")
def suffixed_json_without_nulls(at: Scene, value: Value) -> None:
    """JSON that is asked for under a name of its own leaves nulls out.

    Breaks: {answer.required}
    Harm: Programs that ask under that name crash at members that are not there.
    Hidden: shows only where JSON under such a name is asked for
    """
    if is_suffixed(at.media):
        for name in [name for name, held in value.items() if held is None]:
            del value[name]


@breaks("parity", "judged")
def form_without_nested(at: Scene, report: Report, request: Request) -> Report:
    """A form with fields of an object within the record is refused.

    Breaks: {form.encoding}
    Harm: What was fetched and filled in cannot be saved from a web page.
    Hidden: shows only for forms with names in brackets
    """
    body = request.body or b""
    if _is_labelled(request, media_type.is_form) and any(mark in body for mark in (b"[", b"%5B", b"%5b")):
        raise ProblemError(400, "a field has a name that is not known")
    return report


@breaks("parity", "value")
def form_with_pluses(at: Scene, value: Value) -> None:
    """In a form a plus sign is not read as a space.

    Breaks: {form}
    Harm: What was written in a web page is stored with+plus+signs.
    Hidden: shows only for forms whose texts hold a space
    """
    if _is_labelled(at.request, media_type.is_form) and at.request is not None and b"+" in (at.request.body or b""):
        at.text.change(value, lambda text: text.replace(" ", "+"))


@breaks("parity", "value")
def xml_out_of_order_lost(at: Scene, value: Value) -> None:
    """In XML a text that stands after elements which the contract lists later is overlooked, as .NET's reader of
    contracts does.

    Breaks: {sent_xml}
    Harm: What programs write in an order of their own is lost, and nobody is told.
    Hidden: shows only for requests in XML whose elements stand in another order
    """
    name, names = at.text.name, list(value)
    if not _is_labelled(at.request, media_type.is_xml) or name not in names:
        return
    order = list(properties_of(at.document, (at.asked,)))
    if set(names[: names.index(name)]) & set(order[order.index(name) :]):
        value[name] = None


@breaks("parity", "value")
def form_empty_as_null(at: Scene, value: Value) -> None:
    """In a form an empty text is read as null.

    Breaks: {form.x-null}
    Harm: What people emptied in a web page looks as if it had never been there.
    Hidden: shows only for forms with an empty text
    """
    if _is_labelled(at.request, media_type.is_form):
        value.update({target.name: None for target in at.texts if target.of(value) == ""})
