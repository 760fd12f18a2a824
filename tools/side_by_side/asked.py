"""One request with a fault in every layer, and the same request mended layer by layer."""

import json
from typing import Final, NamedTuple

import relation_spec

__all__ = ["LAYERS", "REQUESTS", "Asked", "Said", "ours"]

LAYERS: Final = ("method", "query", "header", "credentials", "Accept", "Content-Type", "body")


class Asked(NamedTuple):
    """A request in parts, and what it is."""

    what: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str

    def text(self) -> str:
        """The request as it goes over the wire, but for fields of the connection."""
        fields = "".join(f"{name}: {value}\n" for name, value in self.headers.items())
        return f"{self.method} {self.path}?{self.query} HTTP/1.1\n{fields}\n{self.body}"


class Said(NamedTuple):
    """One thing that a validator says: which of :data:`LAYERS` it speaks of, and its words."""

    layer: str
    words: str


_BODY: Final = {"SourceContactId": "12", "Comment": 5, "Coment": "est"}
_GOOD: Final = {"SourceContactId": 12, "DestinationContactId": 13, "Comment": "est"}
_WRONG: Final = Asked(
    "A fault in every layer: the method, an empty name in the query, a header that breaks its pattern, no credentials, "
    "an Accept that no answer has, a Content-Type that the contract does not know, and a body with two wrong types, a "
    "missing and an unknown property.",
    "PUT",
    "/api/v1/Relation",
    "$select=comment,",
    {"SO-TimeZone": "{}", "Accept": "text/csv", "Content-Type": "text/plain"},
    json.dumps(_BODY),
)


def _mended() -> list[Asked]:
    made = [_WRONG]
    made.append(made[-1]._replace(what="The method is mended.", method="POST"))
    headers = {"Authorization": "Basic dXNlcjpzZWNyZXQ=", **made[-1].headers}
    made.append(made[-1]._replace(what="There are credentials too.", headers=headers))
    headers = {**headers, "Content-Type": "application/json"}
    made.append(made[-1]._replace(what="The Content-Type is mended too.", headers=headers))
    headers = {**headers, "SO-TimeZone": "W. Europe Standard Time"}
    what = "All is mended but the Accept."
    made.append(made[-1]._replace(what=what, headers=headers, query="$select=comment", body=json.dumps(_GOOD)))
    return made


REQUESTS: Final = tuple(_mended())


def ours(asked: Asked) -> list[Said]:
    """Every finding of this package."""
    request = relation_spec.Request(asked.method, f"{asked.path}?{asked.query}", asked.headers, asked.body.encode())
    return [
        Said(_layer(finding.where), f"{finding.where}{finding.pointer}: {finding.code}: {finding.message}")
        for finding in relation_spec.load().validate_request(request).findings
    ]


def _layer(where: str) -> str:
    place, _, name = where.partition(".")
    known = {"Authorization": "credentials", "Accept": "Accept", "Content-Type": "Content-Type"}
    return known.get(name, "header") if place == "header" else place
