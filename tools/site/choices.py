"""What the contract's author chose and why, as a part of a page: from ``x-provenance`` and ``x-reason`` of the YAML."""

from relation_spec.docs.choices import choices_of, counts_of
from relation_spec.docs.prose import Prose
from relation_spec.messages import load

__all__ = ["markdown"]

_SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|&$~"})


def _written(prose: Prose) -> str:
    """Prose in Markdown; text means nothing but itself."""
    parts = []
    for piece in prose:
        fence = "``" if "`" in piece.text else "`"
        parts.append(f"{fence}{piece.text}{fence}" if piece.is_code else piece.text.translate(_SPECIAL))
    return "".join(parts).replace("\n", "\n\n")


def markdown() -> str:
    """How many statements come from where, and each choice under its place."""
    document = load().document
    counts = ", ".join(f"{source} {count}" for source, count in sorted(counts_of(document).items()))
    parts = [f"Statements by where they come from: {counts}."]
    for choice in choices_of(document):
        places = [f"- {place.translate(_SPECIAL)}: `{pointer}`" for pointer, place in choice.places]
        parts += [f"**{_written(choice.reason)}**", "\n".join(places)]
    return "\n\n".join(parts)
