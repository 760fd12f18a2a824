"""A client of the CRM's relations: values of Python in, values of Python out, and nothing that breaks the contract."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import httpx
import relation_spec as rs
from relation_spec.middleware.hooks import httpx_hook


class CrmError(Exception):
    """The CRM refused, with these words."""


@dataclass(frozen=True)
class Relation:
    """A stored relation, as far as this program needs it."""

    number: int
    source: int
    destination: int
    comment: str | None
    updated: datetime | None

    @classmethod
    def of(cls, entity: dict[str, Any]) -> Self:
        updated = (entity["UpdatedDate"] or "").replace(":60", ":59")  # datetime knows no leap second
        return cls(
            number=entity["RelationId"],
            source=entity["SourceContactId"],
            destination=entity["DestinationContactId"],
            comment=entity["Comment"],
            updated=datetime.fromisoformat(updated) if updated else None,
        )


class CrmClient:
    """Saves relations. Its requests and the answers to them are judged: a breach raises rs.InvalidMessageError."""

    def __init__(self, url: str, name: str, password: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            base_url=url, auth=(name, password), transport=transport, event_hooks=httpx_hook(raise_invalid=True)
        )

    def save(self, source: int, destination: int, comment: str | None = None) -> Relation:
        """Link two contacts.

        Raises:
            CrmError: where the CRM refuses.
            relation_spec.InvalidMessageError: where the request or the answer breaks the contract.
        """
        value = {"SourceContactId": source, "DestinationContactId": destination, "Comment": comment}
        answer = self._http.post("/api/v1/Relation", json=value)
        content_type = answer.headers["Content-Type"]
        entity = rs.decode_response_body(answer.content, content_type, status=answer.status_code)
        if answer.status_code != httpx.codes.OK:
            raise CrmError(entity["ErrorMessage"])
        return Relation.of(entity)
