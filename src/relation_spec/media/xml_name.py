"""Names that XML cannot carry as they are: .NET's escapes (``XmlConvert.EncodeLocalName``), both ways.

A character that may not stand in a name is written ``_xHHHH_`` by its code point, with 8 digits past U+FFFF; an
underscore that would start such an escape is written ``_x005F_``.
"""

import re
from typing import Final

__all__ = ["escape", "is_name", "unescape"]

# letters that both the fourth and the fifth edition of XML 1.0 let stand in names; readers differ about others
_LETTER: Final = "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff"
_NAME: Final = re.compile(f"[{_LETTER}][{_LETTER}0-9.-]*")
_ODD: Final = re.compile(f"_(?=x[0-9A-Fa-f]{{4}}(?:[0-9A-Fa-f]{{4}})?_)|^[^{_LETTER}]|[^{_LETTER}0-9.-]")
_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{8}|[0-9A-Fa-f]{4})_")


def is_name(text: str) -> bool:
    """Whether every reader takes ``text`` as the local name of an element."""
    return bool(_NAME.fullmatch(text))


def escape(name: str) -> str:
    """``name`` as an XML name; only the empty name has none, and stays empty."""
    if is_name(name) and "_x" not in name:
        return name
    return _ODD.sub(lambda found: f"_x{ord(found.group()):0{4 if ord(found.group()) < 0x10000 else 8}X}_", name)


def unescape(name: str) -> str:
    """What :func:`escape` made ``name`` from; an escape of no character stays as it is."""
    return _ESCAPE.sub(_character, name) if "_x" in name else name


def _character(found: re.Match[str]) -> str:
    code = int(found.group(1), 16)
    return found.group() if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)
