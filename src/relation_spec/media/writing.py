"""Values to texts: JSON, XML and forms, each the inverse of its reading.

What a media type cannot carry is refused by name, never changed: a control character in XML, a number where the schema
expects text (it would be read back as text), a null where the contract gives no way to write one.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote_plus
from xml.sax.saxutils import escape as escape_text
from xml.sax.saxutils import quoteattr

from relation_spec.contract import UnencodableValueError
from relation_spec.contract.pointer import join
from relation_spec.findings import quote, quote_name
from relation_spec.media.form_text import Form
from relation_spec.media.shape import SEPARATOR, Child, Shape
from relation_spec.media.xml_name import escape, is_name
from relation_spec.media.xml_text import XSI, Root

__all__ = ["write_form", "write_json", "write_xml"]

# XML 1.0 section 2.2
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _number(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() < 10_000 else str(Decimal(value))
    return str(value) if isinstance(value, Decimal) else repr(value)


def write_json(value: Any, *, ascii_only: bool = False, indent: int | None = None, depth: int = 0) -> str:
    """JSON text of a plain value; numbers keep every digit.

    Args:
        value: dict, list, str, int, float, Decimal, bool or None.
        ascii_only: write other letters as escapes, for charsets that lack them.
        indent: spaces for each level, or None for no white space at all.
        depth: how deep ``value`` stands already.
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=ascii_only)
    if value is None:
        return "null"
    if not isinstance(value, (dict, list)):
        return _number(value)
    start, end = "{}" if isinstance(value, dict) else "[]"
    if not value:
        return start + end

    def below(item: Any) -> str:
        return write_json(item, ascii_only=ascii_only, indent=indent, depth=depth + 1)

    colon = ":" if indent is None else ": "
    parts = (
        [f"{json.dumps(name, ensure_ascii=ascii_only)}{colon}{below(item)}" for name, item in value.items()]
        if isinstance(value, dict)
        else [below(item) for item in value]
    )
    if indent is None:
        return f"{start}{','.join(parts)}{end}"
    line = "\n" + " " * indent * (depth + 1)
    return f"{start}{line}{f',{line}'.join(parts)}\n{' ' * indent * depth}{end}"


class _XmlWriter:
    def __init__(self, root: Root, indent: int | None) -> None:
        self._root, self._indent = root, indent
        self.has_nil = False

    def element(self, tag: str, value: Any, shape: Shape, pointer: str, depth: int, more: str = "") -> str:
        """One element; ``more`` are attributes of the root."""
        namespace, _, local = tag.rpartition(SEPARATOR)
        prefix = shape.prefix or ("ns" if namespace else None)
        name = f"{prefix}:{local}" if prefix and namespace else local
        declared = f" xmlns:{prefix}={quoteattr(namespace)}" if prefix and namespace else ""
        lead = "" if self._indent is None or not depth else "\n" + " " * self._indent * depth
        start = f"{lead}<{name}{declared}"
        if value is None:
            if not self._root.nil:
                raise UnencodableValueError(pointer, "this media type has no null; the contract gives no x-null")
            self.has_nil = True
            return f'{start} xsi:nil="true"{more}/>'
        if isinstance(value, dict):
            attributes, content = self._object(value, shape, pointer, depth)
            tail = lead if content else ""
            start = f"{start}{attributes}"
        elif isinstance(value, list):
            if not (shape.is_array and shape.wrapped):
                raise UnencodableValueError(pointer, "found an array where the contract expects none")
            content, tail = self._items(value, shape, pointer, depth), lead if value else ""
        else:
            content, tail = self._text(value, pointer), ""
        return f"{start}{more}>{content}{tail}</{name}>" if content else f"{start}{more}/>"

    def _text(self, value: Any, pointer: str) -> str:
        text = value if isinstance(value, str) else _number(value)
        if found := _FORBIDDEN.search(text):
            raise UnencodableValueError(pointer, f"XML 1.0 cannot carry the character U+{ord(found.group()):04X}")
        return escape_text(text, {"\r": "&#13;"})

    def _items(self, value: list[Any], shape: Shape, pointer: str, depth: int) -> str:
        tag = shape.items.wire or shape.wire or "item"
        return "".join(
            self.element(tag, item, shape.items, join(pointer, index), depth + 1) for index, item in enumerate(value)
        )

    def _object(self, value: dict[str, Any], shape: Shape, pointer: str, depth: int) -> tuple[str, str]:
        attributes, parts = [], []
        for name, item in value.items():
            here = join(pointer, name)
            below = shape.properties.get(name) or shape.entries
            if below.attribute and not isinstance(item, (dict, list)) and item is not None:
                text = self._text(item, here)
                attributes.append(f" {below.wire_for(name)}={quoteattr(text)}")
            elif below.is_array and not below.wrapped and isinstance(item, list):
                if not item:
                    raise UnencodableValueError(here, "an empty array of repeated elements leaves no element")
                tag = below.items.wire_for(below.wire_for(name))
                parts += [
                    self.element(tag, each, below.items, join(here, index), depth + 1)
                    for index, each in enumerate(item)
                ]
            else:
                parts.append(self.element(self._tag(name, below, here), item, below, here, depth + 1))
        return "".join(attributes), "".join(parts)

    def _tag(self, name: str, shape: Shape, pointer: str) -> str:
        wire = shape.wire_for(name) if shape.wire or shape.namespace else name
        namespace, sign, local = wire.rpartition(SEPARATOR)
        if not is_name(local) or (self._root.escaped and "_x" in local):
            if not self._root.escaped or not local:
                raise UnencodableValueError(pointer, f"the property name {quote_name(name)} is no XML name")
            local = escape(local)
        return f"{namespace}{sign}{local}"


def write_xml(value: Any, root: Root, *, indent: int | None = None) -> str:
    """XML text of a plain value, with its declaration.

    Raises:
        UnencodableValueError: for what XML cannot carry here.
    """
    writer = _XmlWriter(root, indent)
    body = writer.element(root.name, value, root.shape, "", 0, more="\0")
    xsi = f' xmlns:xsi="{XSI}"' if writer.has_nil else ""
    line = "" if indent is None else "\n"
    return f'<?xml version="1.0" encoding="utf-8"?>{line}{body.replace(chr(0), xsi, 1)}'


def write_form(value: Any, form: Form, charset: str = "utf-8") -> str:
    """A form of a plain value.

    Raises:
        UnencodableValueError: for what a form cannot carry here.
    """
    if not isinstance(value, dict):
        raise UnencodableValueError("", f"a form carries named fields, not {quote(value)}")
    return "&".join(_field(name, text, charset, pointer) for name, text, pointer in _fields(value, form))


def _field(name: str, text: str | None, charset: str, pointer: str) -> str:
    try:
        left = quote_plus(name, encoding=charset, errors="strict", safe="[]$")
        return left if text is None else f"{left}={quote_plus(text, encoding=charset, errors='strict')}"
    except UnicodeEncodeError:
        raise UnencodableValueError(pointer, f"{charset} cannot carry a character of this text") from None


def _fields(value: dict[str, Any], form: Form) -> Iterator[tuple[str, str | None, str]]:
    for name, item in value.items():
        shape = form.shape.properties.get(name) or form.shape.entries
        style = form.style(name, shape)
        pointer = join("", name)
        if style == "json" and isinstance(item, (dict, list)):
            yield name, write_json(item), pointer
        elif style == "list" and isinstance(item, list):
            yield name, ",".join(_scalar(each, pointer) for each in item), pointer
        else:
            yield from _nested(name, item, Child(name, shape, repeats=False), form, pointer)


def _nested(name: str, value: Any, child: Child, form: Form, pointer: str) -> Iterator[tuple[str, str | None, str]]:
    if value is None:
        if not name:
            raise UnencodableValueError(pointer, "a form cannot carry a null without a name")
        if not form.bare_null:
            raise UnencodableValueError(pointer, "this media type has no null; the contract gives no x-null")
        yield name, None, pointer
    elif isinstance(value, dict):
        if not value:
            yield name, "", pointer
        for step, item in value.items():
            if "[" in step or "]" in step:
                raise UnencodableValueError(join(pointer, step), "a form cannot carry a name with brackets here")
            below = child.shape.properties.get(step) or child.shape.entries
            yield from _nested(f"{name}[{step}]", item, Child(step, below, repeats=False), form, join(pointer, step))
    elif isinstance(value, list):
        if not child.shape.is_array or not value:
            raise UnencodableValueError(pointer, "a form cannot carry this array")
        for index, item in enumerate(value):
            yield name, _scalar(item, join(pointer, index)), join(pointer, index)
    else:
        yield name, _scalar(value, pointer), pointer


def _scalar(value: Any, pointer: str) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, (dict, list)):
        raise UnencodableValueError(pointer, f"a form cannot carry {quote(value)} here")
    return _number(value)
