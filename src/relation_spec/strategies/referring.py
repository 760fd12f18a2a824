"""Which schemas are the same one? Media types share schemas by reference, and what is made of one serves all."""

from relation_spec.contract import Document
from relation_spec.contract.document import target

__all__ = ["referred"]


def referred(document: Document, schema: str) -> str:
    """The pointer of what the schema at ``schema`` refers to, where it says nothing else."""
    found = document.get(schema)
    while isinstance(found, dict) and found.keys() == {"$ref"}:
        schema = target(found["$ref"])
        found = document.get(schema)
    return schema
