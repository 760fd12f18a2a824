"""What users write against ``relation_spec.fuzz``, as mypy reads it under strict."""

from typing import assert_type

from relation_spec.fuzz import Defect, Result, replay, run


async def app(scope: object, receive: object, send: object) -> None:
    """An application."""


def tested() -> None:
    """A run, and what it gives."""
    result = run(app, auth="basic:demo:demo", seed=1, examples=0, seconds=2.5, only=["echo"], workers=1)
    assert_type(result, Result)
    assert_type(result.status, int)
    for defect in result.defects:
        assert_type(defect, Defect)
        assert_type(defect.title, str)
    run(app, sede=1)  # type: ignore[call-arg]
    assert_type(replay("defect.json", app, auth=["basic:demo:demo"]), Defect | None)
