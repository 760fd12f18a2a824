"""Which kinds of finding exist: the one table that findings, ``explain`` and the docs read.

Each :class:`Code` says what the kind means and how to mend it, in words that know nothing of any endpoint.
"""

from typing import Final, Literal, NamedTuple

__all__ = ["CODES", "Code", "Severity"]

Severity = Literal["error", "warning"]


class Code(NamedTuple):
    """One kind of finding: its name, a title, what it means, and what to do about it."""

    name: str
    title: str
    meaning: str
    mend: str


_TABLE: Final = (
    Code(
        "malformed",
        "The body cannot be read",
        "The bytes are not what the media type promises: broken syntax, a wrong encoding, NaN or Infinity, a lone "
        "surrogate, or text after the end. In a decoded value: something that JSON cannot carry.",
        "Let a JSON library write the body, in UTF-8, and send its output unchanged.",
    ),
    Code(
        "too-large",
        "The body is longer than this package reads",
        "Bodies past a fixed size are not judged, so that memory stays bounded.",
        "Send less in one message.",
    ),
    Code(
        "too-deep",
        "Arrays and objects are nested too deep",
        "Nesting past a fixed depth is not judged, so that every reader can hold it.",
        "Look for a loop in the code that builds the body; no valid message is nested like this.",
    ),
    Code(
        "byte-order-mark",
        "The text starts with a byte order mark",
        "RFC 8259 section 8.1 forbids writing one before JSON; readers may ignore it, and not all do.",
        "Write plain UTF-8, without a signature (in Python: encoding='utf-8', not 'utf-8-sig').",
    ),
    Code(
        "duplicate-key",
        "An object names the same property twice",
        "RFC 8259 section 4 leaves open which value counts. This package takes the last, as most readers do.",
        "Keep one of the two.",
    ),
    Code(
        "required",
        "A property that must be there is missing",
        "The contract lists the property as required on this side.",
        "Add the property.",
    ),
    Code(
        "type",
        "A value has the wrong type",
        'Types are those of JSON Schema: 1.0 is an integer, true is not, "5" is a string, and null is null.',
        "Send a value of the expected type.",
    ),
    Code(
        "range",
        "A number is out of bounds",
        "The number breaks minimum, maximum or their exclusive forms.",
        "Send a number within the bounds.",
    ),
    Code(
        "multiple-of",
        "A number is not on the grid",
        "The number is no multiple of the schema's multipleOf.",
        "Round to the nearest multiple.",
    ),
    Code(
        "length",
        "A text is too long or too short",
        "Length counts characters (Unicode code points), not bytes.",
        "Shorten or lengthen the text.",
    ),
    Code(
        "count",
        "Too many or too few items or properties",
        "The array or object breaks minItems, maxItems, minProperties or maxProperties.",
        "Add or remove entries.",
    ),
    Code(
        "unique",
        "An array repeats an item",
        "The schema asks for different items; 1 and 1.0 count as the same.",
        "Remove the repetition.",
    ),
    Code(
        "contains",
        "An array lacks an item of the wanted kind",
        "The schema's contains, minContains and maxContains say how many items must match.",
        "Add or remove items of that kind.",
    ),
    Code(
        "pattern",
        "A text does not match the pattern",
        "The pattern is an ECMA-262 regular expression and may match anywhere unless it is anchored.",
        "Write the text in the form of the pattern.",
    ),
    Code(
        "enum",
        "A value is none of the allowed ones",
        "The schema lists every allowed value (enum, const or flags); letter case counts.",
        "Use one of the listed values.",
    ),
    Code(
        "format",
        "A text is not in its format",
        "The text must follow a named format, such as a date-time or an absolute URI, and name something that exists.",
        "Write the text in that format.",
    ),
    Code(
        "unknown-property",
        "A property that the contract does not know",
        "In a request this is mostly a misspelt name, so the value would be lost. In an answer it may be new.",
        "Correct the name, or remove the property.",
    ),
    Code(
        "property-name",
        "A property's name breaks a rule",
        "The schema's propertyNames says what names may look like.",
        "Rename the property.",
    ),
    Code(
        "read-only",
        "A property that only the server sets",
        "Fetched entities carry such properties, so they may come back in a request; the server ignores them.",
        "Leave the property out, or leave it as it was fetched.",
    ),
    Code(
        "missing-offset",
        "A date-time without an offset",
        "Without Z or an offset such as +01:00 nobody knows which moment is meant.",
        "End the text with Z or with an offset.",
    ),
    Code(
        "null-id",
        "An id that names nothing",
        'The value has the right type, but stands for "none" where something must be named.',
        "Send the id of an existing record.",
    ),
    Code(
        "dependent",
        "A property needs another one beside it",
        "The schema's dependentRequired names properties that go together.",
        "Add the other property, or remove this one.",
    ),
    Code(
        "no-match",
        "A value fits none of the alternatives",
        "The schema's anyOf or oneOf lists alternatives, and no single one can be told to be meant.",
        "Choose one alternative and follow it wholly.",
    ),
    Code(
        "ambiguous",
        "A value fits more than one alternative",
        "The schema's oneOf wants exactly one alternative to fit.",
        "Change the value so that one alternative alone fits.",
    ),
    Code(
        "forbidden",
        "A value that the schema rules out",
        "The schema's not, or the schema false, forbids this value.",
        "Remove or change the value.",
    ),
    Code(
        "unsupported-media-type",
        "A media type that the contract does not list",
        "The Content-Type, or its charset, is none that this side of the operation uses.",
        "Use one of the listed media types.",
    ),
    Code(
        "root-element",
        "The root element of an XML body has another name",
        "The contract names the root element; a server finds the message by it. Namespaces count.",
        "Name the root element as the contract does.",
    ),
    Code(
        "unknown-attribute",
        "An XML attribute that the contract does not know",
        "Values stand in elements unless the contract makes them attributes, so this one would be lost.",
        "Remove the attribute, or make it an element.",
    ),
    Code(
        "encoding",
        "A message names encodings that disagree",
        "Byte order mark, charset parameter and XML declaration should name the same encoding; of these the first that "
        "is there was taken (RFC 7303 section 3.2), and other readers may take another.",
        "Send UTF-8, and say so everywhere or nowhere.",
    ),
    Code(
        "method",
        "Another method than the contract's",
        "The operation at this path has one method; methods are written in capitals (RFC 9110 section 9.1).",
        "Send the request with the documented method.",
    ),
    Code(
        "path",
        "Another path than the contract's",
        "The path must end as the contract writes it; a prefix before it is allowed, and letter case counts.",
        "Correct the path.",
    ),
    Code(
        "unknown-parameter",
        "A query parameter that the contract does not know",
        "This is mostly a misspelt name, so the parameter would have no effect.",
        "Correct the name, or remove the parameter.",
    ),
    Code(
        "header",
        "A header field that cannot be right",
        "A value breaks its schema, stands twice, holds control characters, contradicts the body, has no effect, or "
        "the field's name looks like a misspelt known one.",
        "Correct the header field.",
    ),
    Code(
        "language",
        "A header that names no language",
        "Languages are named by the codes that the contract lists (ISO 639-1), in any letter case.",
        "Send a listed code, such as en.",
    ),
    Code(
        "unauthenticated",
        "No usable credentials",
        "The contract lists alternative ways to authenticate, and the request follows none of them wholly. Credentials "
        "are never shown.",
        "Send what the finding says is missing.",
    ),
    Code(
        "not-acceptable",
        "Accept and the media types of the answer do not meet",
        "In a request Accept allows no media type that the operation answers with; in an answer the media type is none "
        "that the request's Accept allows (RFC 9110 section 12.5.1).",
        "Accept a listed media type, or answer with an accepted one.",
    ),
    Code(
        "select",
        "The $select list cannot be followed as it stands",
        "Names in the list must be properties of the answer, each once, with commas between them.",
        "Correct the list.",
    ),
    Code(
        "not-selected",
        "A value that $select should have nulled",
        "A property outside the list must come back as null, or as its type's zero where it has no null.",
        "Null the property in the answer, or select it.",
    ),
    Code(
        "status",
        "A status that the contract does not list",
        "The operation documents which statuses it answers with.",
        "Answer with a documented status.",
    ),
    Code(
        "recording",
        "The recording is damaged or incomplete",
        "The file that holds recorded messages cannot be read in this place, or does not hold all of a message.",
        "Record the traffic again, with the bodies; or mend the file by hand.",
    ),
)

CODES: Final[dict[str, Code]] = {code.name: code for code in _TABLE}
"""Every code by name, in the order in which the docs list them."""
