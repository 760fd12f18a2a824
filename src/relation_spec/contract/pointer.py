"""JSON Pointers (RFC 6901): tokens to text and back."""

from collections.abc import Iterable

__all__ = ["join", "split"]


def join(base: str, *tokens: object) -> str:
    """``base`` with ``tokens`` appended, each escaped (RFC 6901 section 3)."""
    return base + "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def split(pointer: str) -> list[str]:
    """The unescaped tokens of ``pointer``; ``""`` has none."""
    tokens: Iterable[str] = pointer.split("/")[1:]
    return [token.replace("~1", "/").replace("~0", "~") for token in tokens]
