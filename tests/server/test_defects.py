"""A planted defect can change every step of an exchange, and the server's own check notices what breaks the contract."""

from typing import Any

import pytest

from relation_spec.findings import Report
from relation_spec.messages.message import Request
from relation_spec.server import application, defects
from tests.server.conftest import Local


class Everything(defects.Defect):
    """Wrong at every step."""

    title = "everything is wrong"

    def user(self, user: str | None, request: Request) -> str | None:
        return "mallory"

    def judged(self, report: Report, request: Request) -> Report:
        return Report()

    def record(self, record: dict[str, Any]) -> dict[str, Any]:
        return record | {"Comment": "mine"}

    def answer(self, value: dict[str, Any], request: Request) -> dict[str, Any]:
        return value | {"Reversed": "yes"}

    def body(self, body: bytes, content_type: str) -> bytes:
        return body + b" "

    def head(self, status: int, headers: list[tuple[str, str]], request: Request) -> tuple[int, list[tuple[str, str]]]:
        return status, [*headers, ("X-Wrong", "yes")]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Local:
    monkeypatch.setattr(application, "planted", lambda _, contract: Everything(contract))
    return Local(defect="everything")


def test_a_defect_changes_each_step(broken: Local, new: dict[str, Any]) -> None:
    answer = broken.post(new | {"Unknown": 1}, auth=None, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    value = answer.json()
    assert (value["CreatedBy"]["Name"], value["Comment"], value["Reversed"]) == ("mallory", "mine", "yes")
    assert answer.content.endswith(b" ")
    assert answer.headers["x-wrong"] == "yes"
    broken.close()


def test_the_check_notices_what_breaks_the_contract(
    broken: Local, new: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    broken.post(new)
    (breach,) = broken.service.breaches
    assert [(finding.code, finding.pointer) for finding in breach.errors] == [("type", "/Reversed")]
    assert "an answer of this server breaks the contract: error[type]" in caplog.text
    broken.close()
