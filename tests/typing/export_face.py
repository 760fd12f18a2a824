"""The calls of ``relation_spec.export`` as users write them; mypy checks it, and a test runs it."""

import relation_spec as rs
from relation_spec import export


def main() -> None:
    """Every call, with what it gives."""
    contract = rs.load()
    made: export.Exported = export.openapi(contract, version="3.0", extensions=True)
    text: str = made.text("yaml")
    entries: tuple[export.Unsaid, ...] = export.json_schema(contract, "response", dialect="draft-07").not_enforced
    places: tuple[str, ...] = export.xsd(contract, version="1.1").not_enforced[0].places
    assert text
    assert entries[0].code
    assert isinstance(places, tuple)


if __name__ == "__main__":
    main()
