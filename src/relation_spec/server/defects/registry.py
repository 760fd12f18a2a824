"""The one registry of defects: each a function at one step of an exchange, with a docstring that says what it does.

A docstring's first sentence says what is broken. ``Breaks:`` names the line of the YAML, as a template that
:meth:`Scene.pointer` fills in; ``Harm:`` says what it does to users; ``Hidden:`` says how rarely it shows, where it
does not show in every exchange.
"""

import copy
import inspect
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

from relation_spec.findings import Report
from relation_spec.messages import Contract
from relation_spec.messages.message import Request
from relation_spec.server.defects.scene import MissingTargetError, Scene, Value
from relation_spec.server.defects.seam import Defect

__all__ = ["KINDS", "Kind", "Planted", "breaks"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_PART: Final = re.compile(r"^(Breaks|Harm|Hidden): ", re.MULTILINE)


class Kind(NamedTuple):
    """One defect.

    Attributes:
        name: its name.
        group: what it has to do with.
        step: the method of :class:`Defect` that it replaces.
        function: does it.
        forgives: the codes of findings that the server overlooks besides.
    """

    name: str
    group: str
    step: str
    function: Callable[..., Any]
    forgives: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name in words."""
        return self.name.replace("-", " ").capitalize()

    def told(self) -> dict[str, str]:
        """The parts of its docstring: ``""`` says what is broken, the others stand under their own names."""
        head, *parts = _PART.split(inspect.getdoc(self.function) or "")
        texts = ["", head, *parts]
        return {name: " ".join(text.split()) for name, text in zip(texts[::2], texts[1::2], strict=True)}

    def described(self, contract: Contract) -> dict[str, str | None]:
        """Everything that tools need to know of it, ready for JSON; ``spec_pointer`` is None where the contract has
        nothing that it could break.
        """
        told = self.told()
        try:
            pointer = Scene(contract).pointer(told.get("Breaks", ""))
        except MissingTargetError:
            pointer = None
        return {
            "name": self.name,
            "title": self.title,
            "broken": told[""],
            "spec_pointer": pointer,
            "group": self.group,
            "harm": told.get("Harm"),
            "hidden": told.get("Hidden"),
        }


KINDS: Final[list[Kind]] = []
"""Every defect whose module is loaded."""


def breaks(group: str, step: str, *, forgives: tuple[str, ...] = ()) -> Callable[[_Function], _Function]:
    """Enters a function into the registry.

    It takes the :class:`Scene` and what the step takes, and gives what the step gives; at the steps ``answer``,
    ``selected``, ``value`` and ``record`` it takes a value of its own, and changes it.
    """

    def enter(function: _Function) -> _Function:
        KINDS.append(Kind(function.__name__.replace("_", "-"), group, step, function, forgives))
        return function

    return enter


class Planted(Defect):
    """A defect in its place.

    Raises:
        MissingTargetError: for a contract that has nothing which it could break.
    """

    def __init__(self, kind: Kind, contract: Contract) -> None:
        super().__init__(contract)
        self.kind, self.scene = kind, Scene(contract)
        self.scene.pointer(kind.told().get("Breaks", ""))
        adapted = {
            "answer": self._answering,
            "selected": self._selecting,
            "value": self._taking,
            "record": self._keeping,
        }
        setattr(self, kind.step, adapted.get(kind.step) or partial(kind.function, self.scene))
        if kind.forgives:
            setattr(self, "judged", self._forgiving)  # noqa: B010 - a method of this one instance

    def _changed(self, value: Value, *more: Any) -> Value:
        value = copy.deepcopy(value)
        self.kind.function(self.scene, value, *more)
        return value

    def _answering(self, value: Value, request: Request, media_type: str) -> Value:
        self.scene.request, self.scene.media = request, media_type
        return self._changed(value)

    def _selecting(self, value: Value, whole: Value, request: Request) -> Value:
        self.scene.request = request
        return self._changed(value, copy.deepcopy(whole))

    def _taking(self, value: Value, request: Request) -> Value:
        self.scene.request = request
        return self._changed(value)

    def _keeping(self, record: Value) -> Value:
        return self._changed(record)

    def _forgiving(self, report: Report, request: Request) -> Report:
        return Report([finding for finding in report.findings if finding.code not in self.kind.forgives])
