"""What a server may do wrong on purpose, for tests of tools that should notice: a registry of named defects.

A :class:`Defect` sees each step of an exchange and may change it; by itself it changes nothing.
"""

from typing import Any, Final

from relation_spec.contract import WrongCallError
from relation_spec.findings import Report
from relation_spec.messages import Contract
from relation_spec.messages.message import Request

__all__ = ["DEFECTS", "Defect", "planted"]

Head = tuple[int, list[tuple[str, str]]]


class Defect:
    """The base of all defects. ``title`` is what lists of them say.

    Args:
        contract: the contract that is served.
    """

    title: str = ""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract

    def request(self, request: Request) -> Request:
        """The request as the server takes it."""
        return request

    def user(self, user: str | None, request: Request) -> str | None:
        """Whom the server takes the sender for, by the name of the login; None for nobody it knows."""
        return user

    def judged(self, report: Report, request: Request) -> Report:
        """What the server thinks of the request; an invalid report is refused."""
        return report

    def record(self, record: dict[str, Any]) -> dict[str, Any]:
        """The properties that are stored."""
        return record

    def answer(self, value: dict[str, Any], request: Request) -> dict[str, Any]:
        """The value of a good answer."""
        return value

    def body(self, body: bytes, content_type: str) -> bytes:
        """The bytes of any answer's body."""
        return body

    def head(self, status: int, headers: list[tuple[str, str]], request: Request) -> Head:
        """Status and header fields of any answer; the length of the body is added later."""
        return status, headers


DEFECTS: Final[dict[str, type[Defect]]] = {}
"""Every defect by its name."""


def planted(name: str | None, contract: Contract) -> Defect:
    """The defect of that name, or one that does nothing wrong.

    Raises:
        WrongCallError: for an unknown name.
    """
    if name is None:
        return Defect(contract)
    if name not in DEFECTS:
        raise WrongCallError(f"no defect {name!r}; known are: {', '.join(DEFECTS) or 'none'}")
    return DEFECTS[name](contract)
