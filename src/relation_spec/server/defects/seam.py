"""The steps of an exchange at which a server may do something wrong on purpose: the right server does nothing there."""

from typing import Any

from relation_spec.findings import Report
from relation_spec.messages import Contract
from relation_spec.messages.message import Request
from relation_spec.server.answering import Reply
from relation_spec.server.committing import Store
from relation_spec.server.storage import Record, Saving

__all__ = ["Defect"]


class Defect:
    """The base of all defects: it sees each step of an exchange and may change it, and by itself changes nothing.

    Each step but :meth:`request` and :meth:`reply` may also raise ``ProblemError``, which is answered.

    Args:
        contract: the contract that is served.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract

    def request(self, request: Request) -> Request:
        """The request as the server takes it, still without its body."""
        return request

    def user(self, user: str | None, request: Request) -> str | None:
        """Whom the server takes the sender for, by the name of the login; None for nobody it knows."""
        return user

    def judged(self, report: Report, request: Request) -> Report:
        """What the server thinks of the request; an invalid report is refused."""
        return report

    def value(self, value: dict[str, Any], request: Request) -> dict[str, Any]:
        """The body's value, before it is seen whether what it refers to is there."""
        return value

    def record(self, record: dict[str, Any]) -> dict[str, Any]:
        """The properties that are stored."""
        return record

    async def save(self, saving: Saving, store: Store) -> Record | None:
        """Save."""
        return await store.save(saving)

    async def read(self, identity: int, store: Store) -> Record | None:
        """Read back."""
        return await store.read(identity)

    def selected(self, value: dict[str, Any], whole: dict[str, Any], request: Request) -> dict[str, Any]:
        """The value of a good answer to a request that selects properties; ``whole`` is what it selects from."""
        return value

    def answer(self, value: dict[str, Any], request: Request, media_type: str) -> dict[str, Any]:
        """The value of any good answer, and the name of the media type that the request likes best."""
        return value

    def message(self, message: str, status: int, fields: dict[str, list[str]]) -> str:
        """What an error's answer says; ``fields`` are the request's header fields by their names in small letters."""
        return message

    def reply(self, reply: Reply, request: Request) -> Reply:
        """Any answer; the length of its body is added later."""
        return reply
