"""What is tested follows the YAML: an edited contract needs no line of Python."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import relation_spec as rs
from relation_spec.fuzz import run
from relation_spec.fuzz.engine import prepared
from relation_spec.server import create_app
from relation_spec.server.running import running_server
from tests.conftest import COMMENT, ROOT
from tests.fuzz.other_server import other_server

Edited = Callable[..., Path]
MORE = """        Priority:
          type: integer
          minimum: 0
          maximum: 5
          description: How much it matters.
          x-provenance: choice
          x-reason: A test.
        Colour:
          type: string
          enum: [red, green]
          x-zero: red
          description: In which colour it is shown.
          x-provenance: choice
          x-reason: A test.
"""
TEXT_JSON = """          text/json:
            x-provenance: page
            schema: {$ref: '#/components/schemas/ContactRelationEntityToSave'}
"""


def test_new_properties_are_tried_at_their_edges(edited: Edited) -> None:
    contract = rs.load(edited((COMMENT, MORE + COMMENT)))
    result = run(create_app(contract=contract), contract=contract, auth="basic:demo:demo", examples=20)
    assert [(d.check, d.place, d.message) for d in result.defects] == []
    assert len(result.counts.pairs) == 42
    old = run(create_app(), contract=contract, auth="basic:demo:demo", max_cases=400, examples=0)
    assert "accepted" in {defect.check for defect in old.defects}


def altered(inner: Any, asked: tuple[bytes, bytes], given: tuple[bytes, bytes]) -> Any:
    """An application in front of another, which changes what it is asked, and what it gives."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def altered_receive() -> Any:
            message = await receive()
            if message["type"] == "http.request":
                message = {**message, "body": message["body"].replace(*asked)}
            return message

        async def altered_send(message: Any) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": message["body"].replace(*given)}
            await send(message)

        await inner(scope, altered_receive, altered_send)

    return app


def test_defects_of_new_properties_are_found(edited: Edited) -> None:
    """One takes a number above the new bound, the other answers another number than was sent."""
    contract = rs.load(edited((COMMENT, MORE + COMMENT)))
    options: dict[str, Any] = {"contract": contract, "auth": "basic:demo:demo", "examples": 0}
    same = (b"-", b"-")
    taking = run(
        altered(create_app(contract=contract), (b'"Priority":6', b'"Priority":5'), same), only=["refused"], **options
    )
    assert [(d.check, d.place) for d in taking.defects] == [("refused", "maximum")]
    assert taking.defects[0].spec_pointer.endswith("/Priority/maximum")
    giving = run(
        altered(create_app(contract=contract), same, (b'"Priority":5', b'"Priority":4')),
        only=["echo", "parity"],
        **options,
    )
    assert [(d.check, d.place) for d in giving.defects] == [("echo", "/Priority")]
    assert giving.defects[0].case.value["Priority"] == 5


def test_other_names_and_media_types_are_sent(edited: Edited) -> None:
    edits = (("SourceContactId", "FromId"), ("RelationId", "Number"), ("Comment", "Note"), ("SO-Language", "X-Tongue"))
    contract = rs.load(edited(*edits, (TEXT_JSON, "")))
    result = run(create_app(contract=contract), contract=contract, auth="basic:demo:demo", examples=20)
    assert [(d.check, d.place, d.message) for d in result.defects] == []
    assert (result.status, len(result.counts.pairs)) == (0, 36)


def test_any_operation_has_a_plan() -> None:
    contract = rs.load(ROOT / "tests" / "suites" / "orders.openapi.yaml")
    for operation in contract.document.operations:
        made = prepared(other_server(), contract=contract, operation=operation, auth=())
        made.session.sender.close()
        assert made.result.plan["coverage"]


def test_several_workers_find_the_same_and_keep_the_order() -> None:
    with running_server(defect="null-as-empty") as server:
        options = {"auth": "basic:demo:demo", "examples": 0, "max_cases": 200, "only": ["nulls"]}
        one, four = (run(server.url, workers=workers, **options) for workers in (1, 4))
    assert one.digest == four.digest
    assert one.counts.cases == four.counts.cases == 200
    assert [defect.key for defect in one.defects] == [defect.key for defect in four.defects] != []


def test_several_workers_need_a_live_server() -> None:
    with pytest.raises(rs.ContractError, match="live server alone"):
        run(other_server(), auth="basic:demo:demo-word", workers=2)
