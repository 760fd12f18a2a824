"""What is raised for a wrong call or an unusable contract: :class:`ContractError` and its kinds."""

__all__ = ["ContractError", "UnencodableValueError", "UnusableContractError", "WrongCallError"]


class ContractError(Exception):
    """The contract cannot be used, or a call asks for something that the contract does not hold."""


class UnusableContractError(ContractError):
    """A YAML was refused. ``file``, ``line`` (from 1, or None) and ``reason`` say where and why."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        super().__init__(f"{file}:{line}: {reason}" if line is not None else f"{file}: {reason}")

    def __reduce__(self) -> tuple[type["UnusableContractError"], tuple[str, int | None, str]]:
        return type(self), (self.file, self.line, self.reason)


class WrongCallError(ContractError, ValueError):
    """An argument is impossible, such as an unknown engine or operationId."""


class UnencodableValueError(WrongCallError):
    """A media type cannot carry a value. ``pointer`` (RFC 6901) and ``reason`` say which part of it, and why."""

    def __init__(self, pointer: str, reason: str) -> None:
        self.pointer, self.reason = pointer, reason
        super().__init__(f"{pointer or 'the value'}: {reason}")

    def __reduce__(self) -> tuple[type["UnencodableValueError"], tuple[str, str]]:
        return type(self), (self.pointer, self.reason)
