"""Changes to the bundled YAML, and what each must be called: an edit of its text, and the gravest verdict on each side."""

from typing import NamedTuple


class Case(NamedTuple):
    """One change: a name, the texts to replace (first places alone), the verdicts for both sides, and the keyword."""

    name: str
    edits: tuple[tuple[str, str], ...]
    request: str | None
    response: str | None
    keyword: str


def case(name: str, old: str, new: str, request: str | None, response: str | None, keyword: str) -> Case:
    return Case(name, ((old, new),), request, response, keyword)


_INT = "      minimum: -2147483648\n      maximum: 2147483647\n"
_COMMENT = "        Comment:\n          $ref: '#/components/schemas/Text'\n"
_TEXT = "      description: Any text, or null.\n      type: [string, 'null']\n"
_TO_SAVE = "      required: [SourceContactId, DestinationContactId]\n      unevaluatedProperties: false\n"
_MEDIA = "          {name}:\n            x-provenance: page\n            schema: {{$ref: '#/components/schemas/ContactRelationEntityToSave'}}\n"
_ANSWER = "            {name}:\n              x-provenance: page\n              schema: {{$ref: '#/components/schemas/ContactRelationEntityWithLinks'}}\n"
_TYPE = "      enum: [Unknown, InternalAssociate, ResourceAssociate, ExternalAssociate, AnonymousAssociate, SystemAssociate]"
_XSRF = "        - XsrfHeader: []\n          XsrfCookie: []\n"
_TAGS = "      tags: [Relation]\n"
_LINKS = "        description: An absolute address. It may carry a port and a trailing slash.\n        type: string\n"
_SELECT = "      x-select:\n        pathSeparator: /\n        caseSensitive: false\n"
_DATE = "      x-date-time: {offset: optional, fractionDigits: 7}\n"
_APP = "      x-secret: true\n      x-provenance: page\n"

CASES = [
    # numbers
    case("greatest lower", _INT, _INT.replace("2147483647", "99"), "breaking", "harmless", "maximum"),
    case("least higher", _INT, _INT.replace("-2147483648", "0"), "breaking", "harmless", "minimum"),
    case("an exclusive bound", _INT, _INT + "      exclusiveMaximum: 500\n", "breaking", "harmless", "maximum"),
    case("bounds gone", "      format: int32\n" + _INT, "", "notable", "breaking", "minimum"),
    case("format said no longer", "      format: int32\n" + _INT, _INT, "notable", "notable", "format"),
    case("multiples alone", _INT, _INT + "      multipleOf: 5\n", "breaking", "harmless", "multipleOf"),
    # types
    case("whole number to any number", "      type: integer\n      format: int32\n" + _INT, "      type: number\n" + _INT, "notable", "breaking", "type"),
    case("whole number to text", "      type: integer\n      format: int32\n" + _INT, "      type: string\n", "breaking", "breaking", "type"),
    case("null gone", _TEXT, _TEXT.replace("[string, 'null']", "string"), "breaking", "harmless", "type"),
    case("null new", "      description: A whole number of 32 bits with a sign.\n      type: integer", "      description: A whole number of 32 bits with a sign.\n      type: [integer, 'null']", "harmless", "breaking", "type"),
    # texts
    case("a longest text", _TEXT, _TEXT + "      maxLength: 254\n", "breaking", "harmless", "maxLength"),
    case("a shortest text", _TEXT, _TEXT + "      minLength: 1\n", "breaking", "harmless", "minLength"),
    case("a pattern", _TEXT, _TEXT + "      pattern: ^[a-z ]*$\n", "breaking", "harmless", "pattern"),
    case("a format", _TEXT, _TEXT + "      format: uuid\n", "breaking", "harmless", "format"),
    case("the format of addresses gone", _LINKS + "        format: uri\n", _LINKS, "harmless", "breaking", "format"),
    case("a longest text for numbers", _INT, _INT + "      maxLength: 3\n", "harmless", "harmless", "maxLength"),
    # listed values
    case("a value gone", _TYPE, _TYPE.replace("ExternalAssociate, ", ""), "breaking", "harmless", "enum"),
    case("a value new", _TYPE, _TYPE.replace("Unknown,", "Unknown, RobotAssociate,"), "harmless", "breaking", "enum"),
    case("values in another order", _TYPE, _TYPE.replace("Unknown, InternalAssociate", "InternalAssociate, Unknown"), None, None, ""),
    case("no list any more", _TYPE + "\n", "", "harmless", "breaking", "enum"),
    case("one value left", _TYPE, "      const: Unknown", "breaking", "harmless", "const"),
    # properties
    case("a property must be there", _TO_SAVE, _TO_SAVE.replace("DestinationContactId]", "DestinationContactId, Comment]"), "breaking", None, "required"),
    case("a property need not be there", _TO_SAVE, _TO_SAVE.replace(", DestinationContactId]", "]"), "harmless", None, "required"),
    case("a property of answers need not be there", "        - Comment\n", "", None, "breaking", "required"),
    case("a property new in answers alone", "      properties:\n        UpdatedDate:\n          type: string\n", "      properties:\n        Colour: {type: string, description: New., x-provenance: page}\n        UpdatedDate:\n          type: string\n", None, "notable", "properties"),
    case("a property new in both", "        Comment:\n          $ref", "        Colour: {type: string, description: New., x-provenance: page}\n        Comment:\n          $ref", "harmless", "notable", "properties"),
    case("a property new where maps have entries", "        FieldLength:\n", "        FieldColour: {type: string, description: New., x-provenance: page}\n        FieldLength:\n", "harmless", "notable", "properties"),
    case("a property renamed", "        EjUserId:\n", "        ServiceUserId:\n", "breaking", "breaking", "properties"),
    case("a newly closed object", "      description: Any text, or null.\n", "      description: Any text, or null.\n", None, None, ""),
    case("requests open", _TO_SAVE, _TO_SAVE.replace("      unevaluatedProperties: false\n", ""), "harmless", None, "unevaluatedProperties"),
    case("answers closed", "      x-closed: true\n      required:\n        - SourceContactId", "      unevaluatedProperties: false\n      required:\n        - SourceContactId", None, "harmless", "unevaluatedProperties"),
    case("an object open", "      description: Right, type and length of one field.\n      type: object\n      x-closed: true\n", "      description: Right, type and length of one field.\n      type: object\n", "harmless", "notable", "x-closed"),
    case("a dependency", _TO_SAVE, _TO_SAVE + "      dependentRequired: {Comment: [ActiveText]}\n", "breaking", None, "dependentRequired"),
    case("few properties", _TO_SAVE, _TO_SAVE + "      maxProperties: 4\n", "breaking", None, "maxProperties"),
    case("names of properties", _TO_SAVE, _TO_SAVE + "      propertyNames: {maxLength: 10}\n", "breaking", None, "propertyNames"),
    case("alternatives", _TO_SAVE, _TO_SAVE + "      anyOf:\n        - required: [Comment]\n        - required: [ActiveText]\n", "breaking", None, "anyOf"),
    case("an exclusion", _TO_SAVE, _TO_SAVE + "      not: {required: [Comment]}\n", "breaking", None, "not"),
    case("a condition", _TO_SAVE, _TO_SAVE + "      if: {required: [Comment]}\n      then: {required: [ActiveText]}\n", "breaking", None, "if"),
    case("map entries may be null", _LINKS, _LINKS.replace("type: string", "type: [string, 'null']"), "harmless", "breaking", "type"),
    case("a map is a text now", "      description: A map from link name to absolute address, or null. Which names appear is up to the server.\n      type: [object, 'null']\n", "      description: A map from link name to absolute address, or null. Which names appear is up to the server.\n      type: [object, string, 'null']\n", "harmless", "breaking", "type"),
    case("only the server sets it", "          description: A free remark about this relation.\n", "          description: A free remark about this relation.\n          readOnly: true\n", "notable", "harmless", "readOnly"),
    # extensions of schemas
    case("the offset required", _DATE, _DATE.replace("optional", "required"), "breaking", "harmless", "x-date-time"),
    case("a finer fraction", _DATE, _DATE.replace("7", "9"), "harmless", "breaking", "x-date-time"),
    case("a flag gone", "            UIHints: 192\n", "", "breaking", "harmless", "x-flags"),
    case("a flag's number", "            UIHints: 192\n", "            UIHints: 193\n", "notable", "notable", "x-flags"),
    case("an id that names nothing", "          x-refers: {to: persons, where: {contact: SourceContactId}}\n", "          x-refers: {to: persons, where: {contact: SourceContactId}}\n          x-null-id: 0\n", "notable", "harmless", "x-null-id"),
    case("what stands for nothing", "      x-zero: '0001-01-01T00:00:00'\n", "      x-zero: '1970-01-01T00:00:00'\n", "notable", "breaking", "x-zero"),
    case("an id that is looked up", "          description: The number of the definition that says what kind of relation this is.\n", "          description: The number of the definition that says what kind of relation this is.\n          x-refers: {to: definitions}\n", "breaking", "notable", "x-refers"),
    case("an id that is looked up no longer", "          x-refers: {to: persons, where: {contact: SourceContactId}}\n", "", "harmless", "notable", "x-refers"),
    case("who sets it", "          x-value: {from: clock, when: saved}\n", "", "notable", "notable", "x-value"),
    case("texts translated no longer", "      x-translated: true\n", "", "notable", "notable", "x-translated"),
    case("languages fewer", "        codes: &iso639 [\n          aa, ab,", "        codes: &iso639 [\n          ab,", "breaking", None, "x-language"),
    case("a list of languages no longer", "{list: true, codes: *iso639}", "{list: false, codes: *iso639}", "breaking", None, "x-language"),
    # how findings count
    case("unknown properties refused in answers", "unknown-property: {request: error, response: warning}", "unknown-property: {request: error, response: error}", None, "harmless", "x-severity"),
    case("ids that name nothing refused", "null-id: {request: warning, response: none}", "null-id: {request: error, response: none}", "breaking", None, "x-severity"),
    case("unknown parameters taken", "unknown-parameter: {request: error, response: none}", "unknown-parameter: {request: warning, response: none}", "harmless", None, "x-severity"),
    case("repeated names refused in answers no longer looked at", "duplicate-key: {request: warning, response: warning}", "duplicate-key: {request: warning, response: none}", None, "harmless", "x-severity"),
    # the message around
    case("another method", "    post:\n", "    put:\n", "breaking", None, "method"),
    case("another path", "  /api/v1/Relation:\n", "  /api/v2/Relation:\n", "breaking", None, "path"),
    case("another server", "  - url: /\n", "  - url: /crm\n", "breaking", None, "servers"),
    case("one more server", "servers:\n", "servers:\n  - url: /crm\n", "harmless", None, "servers"),
    case("a media type of requests gone", _MEDIA.format(name="text/json"), "", "breaking", None, "content"),
    case("a media type of requests new", _MEDIA.format(name="text/json"), _MEDIA.format(name="text/json") + _MEDIA.format(name="application/hal+json"), "harmless", None, "content"),
    case("a media type of answers gone", _ANSWER.format(name="text/json"), "", "breaking", "breaking", "content"),
    case("a media type of answers new", _ANSWER.format(name="text/json"), _ANSWER.format(name="text/json") + _ANSWER.format(name="application/hal+json"), None, "notable", "content"),
    case("a body need not be there", "        required: true\n", "        required: false\n", "harmless", None, "required"),
    case("null in XML of requests", "            x-null: xsi-nil\n            x-names: escaped\n            schema: {$ref: '#/components/schemas/ContactRelationEntityToSave'}\n", "            x-names: escaped\n            schema: {$ref: '#/components/schemas/ContactRelationEntityToSave'}\n", "breaking", None, "x-null"),
    case("escaped names in XML of answers", "              x-names: escaped\n", "", None, "harmless", "x-names"),
    case("another style in forms", "              CreatedBy: {style: deepObject, explode: true}\n", "", "breaking", None, "encoding"),
    case("another root element", "      xml: {name: ContactRelationEntity}\n", "      xml: {name: Relation}\n", "breaking", None, "xml"),
    case("another element", "          description: A free remark about this relation.\n", "          description: A free remark about this relation.\n          xml: {name: Remark}\n", "breaking", "breaking", "xml"),
    case("an attribute", "          description: A free remark about this relation.\n", "          description: A free remark about this relation.\n          xml: {attribute: true}\n", "breaking", "breaking", "xml"),
    case("a status new", "        '400': {$ref: '#/components/responses/BadRequest'}\n", "        '400': {$ref: '#/components/responses/BadRequest'}\n        '404': {$ref: '#/components/responses/BadRequest'}\n", None, "breaking", "responses"),
    case("a status gone", "        '403': {$ref: '#/components/responses/Forbidden'}\n", "", None, "harmless", "responses"),
    case("a range of statuses new", "        '400': {$ref: '#/components/responses/BadRequest'}\n", "        4XX: {$ref: '#/components/responses/BadRequest'}\n        '400': {$ref: '#/components/responses/BadRequest'}\n", None, "breaking", "responses"),
    # parameters
    case("a query parameter new", "      x-provenance: page\n      style: form\n", "      x-provenance: page\n      style: form\n      allowEmptyValue: true\n", "unsorted", None, "allowEmptyValue"),
    case("a parameter must be there", "      x-ignored-without: [SO-Language, Accept-Language]\n", "      x-ignored-without: [SO-Language, Accept-Language]\n      required: true\n", "breaking", None, "required"),
    case("a header field described no longer", "        - $ref: '#/components/parameters/SoTimeZone'\n", "", "notable", None, "parameters"),
    case("a query parameter gone", "        - $ref: '#/components/parameters/Select'\n", "", "breaking", None, "parameters"),
    case("a parameter's pattern", "        maxLength: 64\n        pattern: ^[A-Za-z0-9_+./:()-]+( [A-Za-z0-9_+./:()-]+)*$\n", "        maxLength: 64\n", "harmless", None, "pattern"),
    case("a parameter's longest text", "        maxLength: 64\n", "        maxLength: 20\n", "breaking", None, "maxLength"),
    case("another style of a parameter", "      explode: false\n", "      explode: true\n", "breaking", None, "style"),
    case("letter case in a selection", _SELECT, _SELECT.replace("false", "true"), "breaking", None, "x-select"),
    case("another separator in a selection", _SELECT, _SELECT.replace("pathSeparator: /", "pathSeparator: ."), "breaking", None, "x-select"),
    case("no selection any more", _SELECT, "", "notable", "breaking", "x-select"),
    case("a secret no longer", _APP, _APP.replace("      x-secret: true\n", ""), "notable", None, "x-secret"),
    case("idle without fewer fields", "      x-ignored-without: [SO-Language, Accept-Language]\n", "      x-ignored-without: [SO-Language]\n", "notable", None, "x-ignored-without"),
    case("what a parameter does", "      x-controls: {what: culture}\n", "", "notable", None, "x-controls"),
    # credentials
    case("a scheme gone", "        - Basic: []\n", "", "breaking", None, "security"),
    case("a scheme new", _XSRF, _XSRF + "        - XsrfCookie: []\n", "harmless", None, "security"),
    case("less asked for", _XSRF, "        - XsrfHeader: []\n", "harmless", None, "security"),
    case("nobody is asked", _XSRF, _XSRF + "        - {}\n", "harmless", None, "security"),
    case("two values may differ", "      x-equals: XsrfCookie\n", "", "harmless", None, "security"),
    case("another word before the ticket", "      scheme: SoTicket\n", "      scheme: Ticket\n", "breaking", None, "security"),
    # header fields of answers
    case("a header field of answers must be there", "        Allow:\n", "        Allow:\n          required: true\n", None, "harmless", "required"),
    case("a header field of answers renamed", "        Allow:\n", "        X-Allow:\n", None, "notable", "parameters"),
    # words
    case("a description", "          description: A free remark about this relation.\n", "          description: A remark.\n", "harmless", "harmless", "description"),
    case("an example", "      example: fr,de,ru,zh\n", "      example: fr\n", "harmless", None, "example"),
    case("a sample", "        Comment: est\n", "        Comment: et\n", "harmless", None, "examples"),
    case("where it is from", "      x-provenance: page\n      security:\n", "      x-provenance: vendor\n      security:\n", "harmless", None, "x-provenance"),
    case("the summary", "      summary: Save a relation\n", "      summary: Save one\n", "harmless", None, "summary"),
    case("another operationId", "      operationId: saveRelation\n", "      operationId: save\n", "notable", "notable", "operationId"),
    case("deprecated", _TAGS, _TAGS + "      deprecated: true\n", "notable", "notable", "deprecated"),
    case("a callback", _TAGS, _TAGS + "      callbacks: {}\n", "unsorted", "unsorted", "callbacks"),
    case("a default", _TEXT, _TEXT + "      default: ''\n", "notable", "notable", "default"),
]  # fmt: skip
