"""The catalogue of mutations: what is broken or stretched, how often a contract gives occasion for it, and which
fuzzers of CATS (github.com/Endava/cats) do the like.

In: a contract. Out: one :class:`Entry` for each kind of mutation; and for fuzzers of CATS without a counterpart why.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from relation_spec.contract import Side
from relation_spec.messages import Contract
from relation_spec.messages.decoding import kind_of
from relation_spec.strategies.making import Making, making

__all__ = ["NOT_APPLICABLE", "Entry", "catalogue"]

Layer = Literal["valid", "body", "text", "message"]


class Entry(NamedTuple):
    """One kind of mutation.

    Attributes:
        name: how options name it: a keyword, a kind of broken text, or a code and a place.
        layer: ``valid`` for edges that must be taken, ``body`` for a schema's rules, ``text`` for those of a format,
            ``message`` for those around the body.
        title: what is done.
        codes: of the findings that must be given.
        breaches: how many different breaches the contract gives occasion for.
        cats: the fuzzers of CATS that do the like.
    """

    name: str
    layer: Layer
    title: str
    codes: tuple[str, ...]
    breaches: int
    cats: tuple[str, ...]


_PLACES: Final = ("Leading", "Trailing", "Within")
_VALID: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "nothing special": ("what a client sends every day", ("HappyPathFuzzer", "ExamplesFieldsFuzzer")),
    "only required": ("no optional property", ("OnlyRequiredFieldsFuzzer", "RemoveFieldsFuzzer")),
    "bounds": ("the least and the greatest number, 0 and -1", (
        "MinimumExactNumbersInNumericFieldsFuzzer", "MaximumExactNumbersInNumericFieldsFuzzer",
        "IntegerExactValuesInNumericFieldsFuzzer", "ExactValuesInFieldsFuzzer")),
    "lengths": ("texts of the least and the greatest length, and long ones", (
        "MinLengthExactValuesInStringFieldsFuzzer", "MaxLengthExactValuesInStringFieldsFuzzer",
        "VeryLargeStringsInFieldsFuzzer", "VeryLargeUnicodeStringsInFieldsFuzzer")),
    "nulls": ("null where it is allowed, and absence", ("NullValuesInFieldsFuzzer",)),
    "empty texts": ("texts without a character", ("EmptyStringsInFieldsFuzzer", "EmptyStringValuesInFieldsFuzzer")),
    "white space": ("blanks alone, before, after and within texts", (
        *(f"{place}SpacesInFieldsTrimValidateFuzzer" for place in _PLACES[:2]), "LeadingTabsInFieldsTrimValidateFuzzer",
        "SpacesOnlyInFieldsTrimValidateFuzzer", "WhitespacesOnlyInFieldsTrimValidateFuzzer")),
    "control characters": ("characters below U+0020 in texts, escaped", (
        "ControlCharsOnlyInFieldsTrimValidateFuzzer", "ControlCharsWithinFieldsSanitizeValidateFuzzer")),
    "invisible characters": ("no width, direction, byte order marks within texts", (
        "InvisibleCharsOnlyTrimValidateFuzzer", "LeadingInvisibleCharsTrimValidateFuzzer",
        "ZeroWidthSpacesInStringFieldsFuzzer", "BidirectionalOverrideFieldsFuzzer")),
    "astral characters": ("emojis and other characters past U+FFFF", (
        "OnlySingleCodePointEmojisInFieldsTrimValidateFuzzer", "OnlyMultiCodePointEmojisInFieldsTrimValidateFuzzer",
        "WithinSingleCodePointEmojisInFieldsTrimValidateFuzzer")),
    "scripts": ("combining marks, right to left, letters that grow when their case changes", (
        "AbugidasInStringFieldsSanitizeValidateFuzzer", "LowercaseExpandingLengthInStringFieldsFuzzer",
        "LowercaseExpandingBytesInStringFieldsFuzzer")),
    "values of other types as text": ("texts that look like numbers, booleans, null or markup", (
        "NumericValuesInStringFieldsFuzzer", "BooleanValuesInStringFieldsFuzzer")),
    "listed values": ("every value of an enum, and joined flags", ("IterateThroughEnumValuesFieldsFuzzer",)),
    "names": ("names with dots, slashes and other scripts in maps", ("OverflowMapSizeFieldsFuzzer",)),
    "known header fields": ("languages, time zones and tokens as the contract takes them", (
        "AcceptLanguageHeadersFuzzer", "ExtraHeadersFuzzer")),
}  # fmt: skip
_BODY: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "required": ("a property that must be there is missing", ("RemoveFieldsFuzzer", "EmptyJsonBodyFuzzer")),
    "type": ("a value of another type", (
        "StringsInNumericFieldsFuzzer", "NumericStringsInNumericFieldsFuzzer", "RandomStringsInBooleanFieldsFuzzer",
        "NumericBooleansInBooleanFieldsFuzzer", "BooleanStringInBooleanFieldsFuzzer", "NullValuesInFieldsFuzzer",
        "DecimalNumbersInIntegerFieldsFuzzer", "ReplaceObjectsWithPrimitivesFieldsFuzzer",
        "ReplaceObjectsWithArraysFieldsFuzzer", "ReplacePrimitivesWithObjectsFieldsFuzzer",
        "ReplacePrimitivesWithArraysFieldsFuzzer", "EmptyJsonArrayBodyFuzzer")),
    "minimum": ("a number below the least", (
        "IntegerFieldsLeftBoundaryFuzzer", "ExtremeNegativeNumbersInIntegerFieldsFuzzer")),
    "maximum": ("a number above the greatest", (
        "IntegerFieldsRightBoundaryFuzzer", "ExtremePositiveNumbersInIntegerFieldsFuzzer",
        "VeryLargeIntegersInNumericFieldsFuzzer")),
    "exclusiveMinimum": ("a number at or below the bound", ("DecimalFieldsLeftBoundaryFuzzer",)),
    "exclusiveMaximum": ("a number at or above the bound", ("DecimalFieldsRightBoundaryFuzzer",)),
    "multipleOf": ("a number between two multiples", ()),
    "minLength": ("a text that is too short", ("StringFieldsLeftBoundaryFuzzer", "EmptyStringsInFieldsFuzzer")),
    "maxLength": ("a text that is too long", ("StringFieldsRightBoundaryFuzzer",)),
    "pattern": ("a text off the pattern", ("StringFormatAlmostValidValuesFuzzer",)),
    "format": ("a text or number outside its format", (
        "StringFormatTotallyWrongValuesFuzzer", "StringFormatAlmostValidValuesFuzzer",
        "InvalidReferencesFieldsFuzzer")),
    "x-date-time": ("a text that is no date-time, or has no offset", (
        "StringFormatAlmostValidValuesFuzzer", "EpochNumberInDateTimeFieldsFuzzer")),
    "enum": ("a value off the list", (
        "InvalidValuesInEnumsFieldsFuzzer", "EnumCaseVariantFieldsFuzzer", "EnumNumericOrdinalFieldsFuzzer")),
    "const": ("another value than the only one", ("InvalidValuesInEnumsFieldsFuzzer",)),
    "x-flags": ("a text that is no list of flags", ("InvalidValuesInEnumsFieldsFuzzer", "EnumCaseVariantFieldsFuzzer")),
    "x-null-id": ("an id that names nothing", ()),
    "readOnly": ("a property that only the server sets", ("MassAssignmentFuzzer",)),
    "x-closed": ("a property that is not known", (
        "NewFieldsFuzzer", "AdditionalPropertiesMassAssignmentFieldsFuzzer",
        "InsertWhitespacesInFieldNamesFieldFuzzer")),
    "propertyNames": ("a name that is not allowed", ("InsertWhitespacesInFieldNamesFieldFuzzer",)),
    "dependentRequired": ("a property without the one that it needs", ()),
    "anyOf": ("a value that fits no alternative", ()),
    "oneOf": ("a value that fits no alternative", ()),
    "minItems": ("too few items", ()),
    "maxItems": ("too many items", ("OverflowArraySizeFieldsFuzzer",)),
    "uniqueItems": ("an item twice", ("DuplicateItemsInUniqueArraysFieldsFuzzer",)),
    "minProperties": ("too few properties", ()),
    "maxProperties": ("too many properties", ("OverflowMapSizeFieldsFuzzer",)),
}  # fmt: skip
_SAME: Final = {"unevaluatedProperties": "x-closed", "additionalProperties": "x-closed"}
_TEXT: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "truncation": ("the body is cut off", ("MalformedJsonFuzzer",)),
    "empty": ("no body, or white space alone", ("EmptyBodyFuzzer",)),
    "byte-order-mark": ("a byte order mark before the text", ()),
    "text-after-end": ("more after the end", ("MalformedJsonFuzzer", "InsertRandomValuesInBodyFuzzer")),
    "text-before-start": ("something before the start", ("InsertRandomValuesInBodyFuzzer",)),
    "syntax": ("brackets, commas, quotes and tags in the wrong place", (
        "MalformedJsonFuzzer", "RandomDummyInvalidJsonBodyFuzzer")),
    "long-number": ("a number with more digits than readers hold", (
        "RandomPositiveIntegerBodyFuzzer", "RandomNegativeIntegerBodyFuzzer", "RandomPositiveDecimalBodyFuzzer",
        "RandomNegativeDecimalBodyFuzzer", "ZeroIntegerBodyFuzzer", "ZeroDecimalBodyFuzzer")),
    "wrong-encoding": ("another encoding than is said", ()),
    "not-a-number": ("NaN and infinities", ()),
    "bad-number": ("leading zeros, bare points, hexadecimal", (
        "LeadingZerosInNumericFieldsFuzzer", "PrefixNumbersWithZeroFieldsFuzzer")),
    "bad-literal": ("misspelt true, false and null", ("RandomStringBodyFuzzer", "NullBodyFuzzer")),
    "bad-escape": ("escapes and references that mean nothing", ()),
    "control-character": ("raw control characters", ("NullUnicodeSymbolBodyFuzzer", "NullUnicodeBodyFuzzer")),
    "bad-utf-8": ("bytes that are no UTF-8", ("RandomUnicodeBodyFuzzer",)),
    "lone-surrogate": ("half a character, escaped", ()),
    "deep": ("nesting without end", ()),
    "duplicate-key": ("a name twice", ("DuplicateKeysFieldsFuzzer",)),
    "unclosed": ("elements, comments and sections that do not end", ()),
    "entities": ("document types and entities, also of entities and from files", ()),
    "root-element": ("another root element", ()),
    "attribute": ("an attribute that is not known", ()),
    "other-format": ("a body of another format", ()),
    "broken-percent": ("percent signs that encode nothing", ()),
}  # fmt: skip
_MESSAGE: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "method": ("another method", ("HttpMethodsFuzzer", "NonRestHttpMethodsFuzzer", "CustomHttpMethodsFuzzer")),
    "path": ("another path", ("RandomResourcesFuzzer",)),
    "query": ("query parameters that are unknown, broken, twice or wrong", ()),
    "header": ("header fields that are wrong, twice, misspelt or idle", (
        "DuplicateHeadersFuzzer", "RemoveHeadersFuzzer", "EmptyStringsInHeadersFuzzer", "CRLFHeadersFuzzer",
        "SpacesOnlyInHeadersFuzzer", "ControlCharsOnlyInHeadersFuzzer", "ZeroWidthCharsInNamesHeadersFuzzer",
        "DummyContentLengthHeadersFuzzer", "InvalidContentLengthHeadersFuzzer")),
    "authentication": ("credentials that are absent, wrong, malformed or mixed", ("BypassAuthenticationFuzzer",)),
    "negotiation": ("an Accept that no answer meets, or that is none", (
        "UnsupportedAcceptHeadersFuzzer", "DummyAcceptHeadersFuzzer")),
    "label": ("a body that is missing or is not what its Content-Type says", (
        "UnsupportedContentTypesHeadersFuzzer", "DummyContentTypeHeadersFuzzer", "EmptyBodyFuzzer")),
    "status": ("a status that is not documented", ()),
}  # fmt: skip

NOT_APPLICABLE: Final[dict[str, str]] = {
    "CheckDeletedResourcesNotAvailableFuzzer": "needs an operation that deletes",
    "CheckReadsStillWorkFuzzer": "needs an operation that reads",
    "ConditionalEtagFuzzer": "needs conditional requests, which no contract here describes",
    "CreatedResourceLocationFuzzer": "needs status 201 and a Location",
    "CrossParentResourceIsolationFuzzer": "needs resources below others in the path",
    "InsecureDirectObjectReferencesFuzzer": "who may see what is no rule of a contract",
    "PutIdempotencyFuzzer": "needs an operation with PUT",
    "UpdateReadConsistencyFuzzer": "needs an operation that reads",
    "SensitiveDataExposureFuzzer": "looks at answers for words; here answers are judged by the contract",
    "CheckSecurityHeadersFuzzer": "asks for header fields that no contract here describes",
    "ResponseHeadersMatchContractHeadersFuzzer": "every answer is judged by its documented header fields anyhow",
    "DummyTransferEncodingHeadersFuzzer": "breaks the framing of a connection, which servers answer in any way",
    "LargeNumberOfRandomHeadersFuzzer": "how many header fields a server takes is no rule of a contract",
    "LargeNumberOfRandomAlphanumericHeadersFuzzer": "how many header fields a server takes is no rule of a contract",
    "VeryLargeStringsInHeadersFuzzer": "how long header fields may be is no rule of a contract",
    "VeryLargeUnicodeStringsInHeadersFuzzer": "header fields of HTTP carry ASCII (RFC 9110 section 5.5)",
    "AbugidasInHeadersFuzzer": "header fields of HTTP carry ASCII (RFC 9110 section 5.5)",
    "ZalgoTextInHeadersFuzzer": "header fields of HTTP carry ASCII (RFC 9110 section 5.5)",
    "LeadingSpacesInHeadersFuzzer": "blanks around a field's value are no part of it (RFC 9110 section 5.5)",
    "TrailingSpacesInHeadersFuzzer": "blanks around a field's value are no part of it (RFC 9110 section 5.5)",
    "ZeroWidthCharsInValuesHeadersFuzzer": "header fields of HTTP carry ASCII (RFC 9110 section 5.5)",
    "OnlySingleCodePointEmojisInHeadersFuzzer": "header fields of HTTP carry ASCII (RFC 9110 section 5.5)",
    "UserDictionaryHeadersFuzzer": "takes a person's own list of values",
    "CommandInjectionInStringFieldsFuzzer": "free texts may hold any characters, so nothing could be expected",
    "SqlInjectionInStringFieldsFuzzer": "free texts may hold any characters, so nothing could be expected",
    "NoSqlInjectionInStringFieldsFuzzer": "free texts may hold any characters, so nothing could be expected",
    "XssInjectionInStringFieldsFuzzer": "free texts may hold any characters, so nothing could be expected",
    "LdapInjectionInStringFieldsFuzzer": "free texts may hold any characters, so nothing could be expected",
    "SSRFInUrlFieldsFuzzer": "what a server fetches is no rule of a contract",
    "DateRangeInversionFuzzer": "the order of two dates is no rule of a schema",
    "TemporalLogicFieldsFuzzer": "whether a date lies in the past is no rule of a schema",
    "MinGreaterThanMaxFieldsFuzzer": "the order of two values is no rule of a schema",
    "DefaultValuesInFieldsFuzzer": "needs default values in the contract",
    "FreeFormObjectFieldsFuzzer": "needs objects without described properties",
    "FreeFormArrayItemsFieldsFuzzer": "needs arrays without described items",
    "SingleElementArrayToScalarFieldsFuzzer": "needs arrays in the contract",
    "CustomFuzzer": "runs a person's own cases",
    "FunctionalFuzzer": "runs a person's own cases",
    "SecurityFuzzer": "runs a person's own cases",
    "TemplateFuzzer": "runs without a contract",
    "RandomFuzzer": "mutates without an expectation; here every mutation has one",
}
"""Fuzzers of CATS without a counterpart here, and why."""


def catalogue(contract: Contract, operation: str | None = None) -> tuple[Entry, ...]:
    """Every kind of mutation that the contract gives occasion for.

    Raises:
        WrongCallError: where there is no such operation.
    """
    maker = making(contract, operation)
    entries = [Entry(name, "valid", title, (), 1, cats) for name, (title, cats) in _VALID.items()]
    entries += _counted("body", _rules(maker), _BODY)
    entries += _counted("text", _kinds(maker), _TEXT)
    entries += _counted("message", _groups(maker), _MESSAGE)
    return tuple(entries)


def _counted(
    layer: Layer, found: Iterator[tuple[str, str]], known: dict[str, tuple[str, tuple[str, ...]]]
) -> Iterator[Entry]:
    counts = Counter(found)
    for name in dict.fromkeys([*known, *(name for name, _ in counts)]):
        codes = tuple(sorted({code for held, code in counts if held == name}))
        count = sum(number for (held, _), number in counts.items() if held == name)
        title, cats = known.get(name, (f"a breach of {name}", ()))
        if count:
            yield Entry(name, layer, title, codes, count, cats)


def _sides(maker: Making) -> Iterator[tuple[Side, int]]:
    if maker.operation.request is not None:
        yield "request", 0
    for status in maker.responses.statuses:
        yield "response", status


def _rules(maker: Making) -> Iterator[tuple[str, str]]:
    """The keyword and the code of every breach of a schema, on both sides, each schema once."""
    seen = set()
    for side, status in _sides(maker):
        for name, media in maker.body(side, status).content.items():
            schema = media.schema and maker.contract.document.follow(media.schema)
            if kind_of(name) and (side, schema) not in seen:
                seen.add((side, schema))
                for places in maker.breaches(side, media).rules.values():
                    for site in (site for held in places for site in held):
                        keyword = site.rule.rpartition("/")[2]
                        yield _SAME.get(keyword, keyword), site.code


def _kinds(maker: Making) -> Iterator[tuple[str, str]]:
    """The kind and the code of every breach of a format."""
    seen = set()
    for side, status in _sides(maker):
        for name, media in maker.body(side, status).content.items():
            if (kind := kind_of(name)) and kind not in seen:
                seen.add(kind)
                for rules in maker.breaches(side, media).kinds.values():
                    yield from ((rule.kind, rule.code) for rule in rules)


def _groups(maker: Making) -> Iterator[tuple[str, str]]:
    """The part of a message and the code of every breach around bodies."""
    for breach in maker.around():
        if breach.code == "unauthenticated" or breach.rule.endswith("x-equals"):
            part = "authentication"
        elif breach.where in ("body", "header.Content-Type"):
            part = "label"
        elif breach.where == "header.Accept":
            part = "negotiation"
        else:
            part = breach.where.partition(".")[0]
        yield part, breach.code
