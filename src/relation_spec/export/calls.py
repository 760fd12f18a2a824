"""The calls that make exports: a contract in, an :class:`Exported` out."""

from typing import Literal

from relation_spec.contract import Side, WrongCallError
from relation_spec.export.exported import Exported
from relation_spec.export.openapi_document import Version
from relation_spec.export.schema_document import Dialect
from relation_spec.messages import Contract, load

__all__ = ["json_schema", "openapi", "xsd"]


def _side(side: str) -> None:
    if side not in ("request", "response"):
        raise WrongCallError(f"unknown side {side!r}; known are request, response")


def openapi(contract: Contract | None = None, *, version: Version = "3.1", extensions: bool = False) -> Exported:
    """The contract as an OpenAPI document that other tools enforce by its plain keywords.

    Args:
        contract: by default the bundled one.
        version: ``"3.1"`` or ``"3.0"``.
        extensions: keep our ``x-`` keywords too, beside what they became.

    Raises:
        WrongCallError: for an unknown version.
    """
    from relation_spec.export.openapi_document import openapi as made

    return made((contract or load()).document, version, extensions=extensions)


def json_schema(
    contract: Contract | None = None,
    side: Side = "request",
    *,
    dialect: Dialect = "2020-12",
    operation: str | None = None,
    status: int = 200,
) -> Exported:
    """The JSON Schema of the JSON bodies of one side, all in one document.

    Args:
        contract: by default the bundled one.
        side: ``"request"`` or ``"response"``.
        dialect: ``"2020-12"`` or ``"draft-07"``.
        operation: the operationId, needed only where the contract holds several.
        status: of the response.

    Raises:
        WrongCallError: for an impossible argument, and where the contract describes no such body.
    """
    from relation_spec.export.schema_document import json_schema as made

    _side(side)
    document = (contract or load()).document
    return made(document, document.operation(operation), side, status, dialect)


def xsd(
    contract: Contract | None = None,
    side: Side = "request",
    *,
    version: Literal["1.0", "1.1"] = "1.0",
    operation: str | None = None,
    status: int = 200,
) -> Exported:
    """The XML Schema of the XML bodies of one side.

    Args:
        contract: by default the bundled one.
        side: ``"request"`` or ``"response"``.
        version: of XML Schema. Most validators know 1.0 alone; 1.1 refuses less that the contract takes.
        operation: the operationId, needed only where the contract holds several.
        status: of the response.

    Raises:
        WrongCallError: for an impossible argument, and where the contract describes no such body.
    """
    from relation_spec.export.xml_schema import xsd as made

    _side(side)
    document = (contract or load()).document
    return made(document, document.operation(operation), side, status, version)
