"""How a found value is shown in a message: short, on one line, and never a secret.

Values come from strangers. They are shortened before they are turned into text, control and bidirectional characters
are escaped, and what looks like a credential is replaced by its length.
"""

import re
from typing import Any, Final

from relation_spec.findings.redaction import Hidden
from relation_spec.limits import MAX_QUOTED

__all__ = ["escape", "looks_secret", "quote", "quote_name", "quote_pointer", "type_name"]

# texts here, since re compiles and keeps them when they are first used, and the valid case never uses them
_SECRET: Final = r"""(?xi)
      ^\s*(?:basic|bearer|soticket|digest|negotiate)\s+\S{6,}        # an Authorization value
    | ^\s*[0-9][a-z]:[\w+/=.-]{6,}                                    # tickets and tokens such as 7T:... and 8A:...
    | ey[a-z0-9_-]{8,}\.[a-z0-9_-]{4,}                                # a JSON Web Token
    | -----BEGIN\ [A-Z ]*KEY
    | ^\s*(?:password|passwd|secret|token|api[_-]?key)\s*[=:]
    | ^[0-9a-f]{32,}$                                                 # a digest or a hexadecimal key
    """
_LONG_TOKEN: Final = r"^[A-Za-z0-9+/_-]{24,}={0,2}$"
# C0 and C1 controls, line separators, bidirectional controls, the byte order mark, and lone surrogates
_UNPRINTABLE: Final = "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
_TYPES: Final[dict[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}


def looks_secret(text: str) -> bool:
    """Whether ``text`` has the look of a credential: a token, a ticket, a key, an Authorization value."""
    head = text[:400]
    if re.search(_SECRET, head):
        return True
    # a long run of base64 letters that mixes cases and digits is no word of any language
    return bool(re.match(_LONG_TOKEN, head)) and all(re.search(kind, head) for kind in ("[a-z]", "[A-Z]", "[0-9]"))


def escape(text: str) -> str:
    r"""``text`` with control, bidirectional and other invisible characters written as ``\uXXXX``."""
    return re.sub(_UNPRINTABLE, lambda match: f"\\u{ord(match.group()):04x}", text)


def _string(text: str) -> str:
    import json  # the valid case never quotes anything

    if looks_secret(text):
        return f"a secret-looking text of {len(text)} characters"
    if len(text) > MAX_QUOTED:
        return f'"{escape(json.dumps(text[:MAX_QUOTED], ensure_ascii=False)[1:-1])}…" ({len(text)} characters)'
    return escape(json.dumps(text, ensure_ascii=False))


def _digits(text: str, digits: int) -> str:
    return text if len(text) <= MAX_QUOTED else f"{text[:20]}… ({digits} digits)"


def quote(value: Any) -> str:
    """Show ``value`` on one line, at most about a hundred characters long.

    Strings are written as in JSON; containers are counted, not printed.
    """
    match value:
        case Hidden():
            return "a secret, which is not shown"
        case str():
            return _string(value)
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int():
            # a third of the bits is a fair count of the digits, and str() of a huge int may be refused
            if value.bit_length() > 1000:
                return f"an integer of about {int(value.bit_length() * 0.30103) + 1} digits"
            return _digits(str(value), len(str(abs(value))))
        case float():
            return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(repr(value), repr(value))
        case dict():
            return "an empty object" if not value else f"an object with {_count(len(value), 'property', 'properties')}"
        case list():
            return "an empty array" if not value else f"an array of {_count(len(value), 'item', 'items')}"
        case _:
            return _other(value)


def _is_decimal(value: Any) -> bool:
    from decimal import Decimal  # slow to load, and few numbers need it

    return isinstance(value, Decimal)


def _other(value: Any) -> str:
    if _is_decimal(value):
        return _digits(str(value), len(value.as_tuple().digits))
    return f"a Python {type(value).__name__}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def quote_name(name: str) -> str:
    """Show a property name: as :func:`quote` shows a string, and by its length alone where it looks secret."""
    if isinstance(name, Hidden):
        return "that is a secret"
    return f"of {len(name)} characters that look secret" if looks_secret(name) else _string(name)


def quote_pointer(pointer: str) -> str:
    """Show a pointer: no control characters, no endless names, and as many stars where a name looks secret."""
    names = []
    for name in pointer.split("/"):
        shown = "*" * min(len(name), MAX_QUOTED) if looks_secret(name) else name
        names.append(escape(shown if len(shown) <= MAX_QUOTED else f"{shown[:MAX_QUOTED]}…"))
    return "/".join(names)


def type_name(value: Any) -> str:
    """The JSON type of ``value`` as JSON Schema names it, or its Python type's name."""
    return _TYPES.get(type(value)) or ("number" if _is_decimal(value) else type(value).__name__)
