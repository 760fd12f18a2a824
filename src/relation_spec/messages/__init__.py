"""Messages judged: bodies against the contract, one report for all that is wrong."""

from relation_spec.messages.contract import Contract, load

__all__ = ["Contract", "load"]
