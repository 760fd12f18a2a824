"""JSON Pointers (RFC 6901): tokens to text and back."""

__all__ = ["join", "split"]


def join(base: str, *tokens: object) -> str:
    """``base`` with ``tokens`` appended, each escaped (RFC 6901 section 3)."""
    for token in tokens:
        text = str(token)
        if "~" in text or "/" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        base = f"{base}/{text}"
    return base


def split(pointer: str) -> list[str]:
    """The unescaped tokens of ``pointer``; ``""`` has none."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
