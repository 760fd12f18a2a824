"""``$select`` in a query (the parameter with ``x-select``): read, judged, and turned into what an answer must hold."""

from typing import Any
from urllib.parse import unquote_plus

from relation_spec.contract import Document, Operation, WrongCallError
from relation_spec.contract.pointer import join
from relation_spec.findings import quote
from relation_spec.messages.bodies import Engine
from relation_spec.messages.memo import Memo
from relation_spec.messages.parameters import ParameterJudge
from relation_spec.messages.writer import WordedRule, Writer
from relation_spec.schema.selection import Selection

__all__ = ["SelectJudge"]


def items_of(raw: str) -> list[str]:
    """The names in a list, still percent-encoded; commas count whether or not they are encoded, as servers do, and
    spaces around a name do not.
    """
    return [item.strip() for item in unquote_plus(raw).split(",")]


class SelectJudge:
    """Judges ``$select`` lists of one operation.

    Attributes:
        name: the parameter's name.
        pointer: its place in the YAML.
    """

    def __init__(self, document: Document, operation: Operation) -> None:
        if operation.select is None:
            raise WrongCallError(f"the operation {operation.operation_id} has no parameter with x-select")
        self._document, self._select = document, operation.select
        self._good = Memo()
        self.name, self.pointer = self._select.name, self._select.pointer
        bodies = [operation.response(status) for status in range(200, 300)]
        schemas = [media.schema for body in bodies if body for media in body.content.values() if media.schema]
        self._schema: str | None = schemas[0] if schemas else None

    def check(self, raw: str, judge: ParameterJudge, writer: Writer, engine: Engine) -> None:
        """Note what is wrong with the list in a query."""
        if engine is None and self._good.holds(raw):
            return
        names = items_of(raw)
        good = judge.check(names, writer, engine)
        if self._schema is None:
            return
        where, pointer = f"query.{self.name}", join(self.pointer, "x-select")
        selection = Selection(self._document, "response", self._select, self._schema, tuple(filter(None, names)))
        for name, rule in selection.unknown:
            writer.add(rule, (), value=name, where=where)
        seen: set[str] = set()
        for name in filter(None, names):
            folded = name if self._select.case_sensitive else name.lower()
            if folded in seen:
                words = (f"found {quote(name)} again; expected it once", "Name each property once.")
                writer.add(WordedRule("select", "warning", pointer, "x-select", words), (), where=where)
                good = False
            seen.add(folded)
        if good and not selection.unknown:
            self._good.add(raw)

    def selection(self, raws: list[str], schema: str | None) -> Selection | None:
        """What an answer to a request with these lists must hold, or None where nothing can be told: without a list,
        and where the list itself is wrong, so that what a server makes of it is anybody's guess.
        """
        names: Any = tuple(filter(None, items_of(raws[0]))) if len(raws) == 1 else ()
        if not names or schema is None:
            return None
        made = Selection(self._document, "response", self._select, schema, names)
        return None if made.unknown else made
