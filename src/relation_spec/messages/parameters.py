"""Parameters: their texts read by the schema's types (OpenAPI 3.1 section 4.8.12.2) and judged by the engines."""

from typing import Any
from urllib.parse import unquote_plus

from relation_spec.contract import Document, Parameter
from relation_spec.findings.redaction import Hidden
from relation_spec.media.shape import Shape, read_text, shape_of
from relation_spec.messages.bodies import Engine, Engines
from relation_spec.messages.memo import Memo
from relation_spec.messages.writer import Writer
from relation_spec.schema.faults import Faults

__all__ = ["ParameterJudge"]


class ParameterJudge:
    """Judges values of one parameter.

    Args:
        engines: those of the side on which it stands.
        parameter: what the contract says of it.
        code: the code of every finding but ``language``, or None for the schema's own.

    Attributes:
        where: the place that findings name.
        is_list: whether several fields of the name are one value, joined by commas (RFC 9110 section 5.3).
    """

    def __init__(self, engines: Engines, parameter: Parameter, code: str | None) -> None:
        self.parameter, self._engines, self._code = parameter, engines, code
        document: Document = engines.document
        self.where = f"{parameter.location}.{parameter.name}"
        self.shape: Shape = shape_of(document, (parameter.schema,) if parameter.schema else ())
        self._good = Memo()
        self._check = engines.explain.check(parameter.schema) if parameter.schema else None
        self.is_list = self.shape.is_array or self._lists_languages(document)

    def _lists_languages(self, document: Document) -> bool:
        from relation_spec.schema.conjuncts import conjuncts

        parts = conjuncts(document, (self.parameter.schema,)) if self.parameter.schema else ()
        return any(isinstance(p.schema, dict) and p.schema.get("x-language", {}).get("list") for p in parts)

    def value(self, text: str) -> Any:
        """What ``text`` means: an array of its parts, or one value by the schema's types."""
        if not self.shape.is_array:
            return read_text(text, self.shape.types)
        return [read_text(item.strip(" \t"), self.shape.items.types) for item in text.split(",")]

    def check_text(self, text: str, writer: Writer, engine: Engine) -> None:
        """Note what is wrong with the text of a header field, a path segment or a cookie."""
        if engine is None and self._good.holds(text):
            return
        if self.check(self.value(text), writer, engine) and not self.parameter.secret:
            self._good.add(text)

    def check_query(self, raws: list[str], writer: Writer, engine: Engine) -> None:
        """Note what is wrong with the values of a query's fields of this name, still percent-encoded."""
        shape = self.shape
        if not shape.is_array:
            value: Any = read_text(unquote_plus(raws[-1]), shape.types)
        else:
            items = raws if self.parameter.explode else raws[-1].split(",")
            value = [read_text(unquote_plus(item), shape.items.types) for item in items]
        self.check(value, writer, engine)

    def check(self, value: Any, writer: Writer, engine: Engine) -> bool:
        """Note what is wrong with a value; whether nothing is."""
        if self.parameter.schema is None or self._check is None:
            return True
        out = Faults(writer.limit)
        if engine == "reference":
            self._engines.reference.check(self.parameter.schema, value, out)
        else:
            self._check(value, None, None, out)
        for rule, _, found, detail in out.errors + out.warnings:
            if self._code is not None and rule.code != "language":
                rule = rule._replace(code=self._code)  # noqa: PLW2901
            if self.parameter.secret and isinstance(found, str):
                found = Hidden("*" * len(found))  # noqa: PLW2901
            writer.add(rule, (), value=found, detail=detail, where=self.where)
        return not (out.error_count or out.warning_count)
