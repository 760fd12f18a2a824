"""The contract: YAML text to a checked, immutable document. The only room that reads the YAML."""

from relation_spec.contract.document import (
    Body,
    Document,
    MediaType,
    Operation,
    Parameter,
    SecurityScheme,
    Select,
    Severity,
    Side,
)
from relation_spec.contract.errors import ContractError, UnencodableValueError, UnusableContractError, WrongCallError
from relation_spec.contract.reading import read

__all__ = [
    "Body",
    "ContractError",
    "Document",
    "MediaType",
    "Operation",
    "Parameter",
    "SecurityScheme",
    "Select",
    "Severity",
    "Side",
    "UnencodableValueError",
    "UnusableContractError",
    "WrongCallError",
    "read",
]
