"""What an export is: a document of another format, what it does not say, and its text."""

from collections.abc import Mapping
from typing import Any, Literal

from relation_spec.contract import WrongCallError
from relation_spec.export.unsaid import Unsaid

__all__ = ["Exported", "Format"]

Format = Literal["json", "yaml", "xml"]


class Exported:
    """A finished export.

    Attributes:
        name: what it is an export of and to, for messages.
        value: the document as plain data; None for XML.
        not_enforced: what of the contract it does not say, as its header lists it.
        formats: in which formats its text can be had, the usual one first.
    """

    def __init__(
        self, name: str, value: Mapping[str, Any] | None, not_enforced: tuple[Unsaid, ...], xml: str = ""
    ) -> None:
        self.name, self.value, self.not_enforced = name, value, not_enforced
        self._xml = xml
        self.formats: tuple[Format, ...] = ("xml",) if value is None else ("json", "yaml")

    def text(self, form: Format | None = None) -> str:
        """The text, ending with a line feed; the same for the same contract and version of this package.

        Raises:
            WrongCallError: for a format that the export does not have.
        """
        form = form or self.formats[0]
        if form not in self.formats:
            raise WrongCallError(f"{self.name} is written as {' or '.join(self.formats)}, not as {form}")
        if form == "xml":
            return self._xml
        if form == "yaml":
            from relation_spec.contract.yaml_writing import write

            return write(self.value)
        import json

        return json.dumps(self.value, indent=2, ensure_ascii=False) + "\n"

    def __repr__(self) -> str:
        return f"<Exported {self.name}: {len(self.not_enforced)} rules not enforced>"
