"""A planted defect can change every step of an exchange, and the server's own check notices what breaks the contract."""

from typing import Any

import pytest

from relation_spec.findings import Report
from relation_spec.messages.message import Request
from relation_spec.server import application, defects
from relation_spec.server.answering import Reply
from tests.server.conftest import Local


class Everything(defects.Defect):
    """Wrong at every step."""

    def user(self, user: str | None, request: Request) -> str | None:
        return "mallory"

    def judged(self, report: Report, request: Request) -> Report:
        return Report()

    def value(self, value: dict[str, Any], request: Request) -> dict[str, Any]:
        return value | {"ActiveText": "mine"}

    def record(self, record: dict[str, Any]) -> dict[str, Any]:
        return record | {"Comment": "mine"}

    def answer(self, value: dict[str, Any], request: Request, media_type: str) -> dict[str, Any]:
        return value | {"Reversed": "yes"}

    def reply(self, reply: Reply, request: Request) -> Reply:
        return reply._replace(headers=[*reply.headers, ("X-Wrong", "yes")], body=reply.body + b" ")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Local:
    monkeypatch.setattr(application, "planted", lambda _, contract: Everything(contract))
    return Local(defect="everything")


def test_a_defect_changes_each_step(broken: Local, new: dict[str, Any]) -> None:
    answer = broken.post(new | {"Unknown": 1}, auth=None, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    value = answer.json()
    assert (value["CreatedBy"]["Name"], value["Reversed"]) == ("mallory", "yes")
    assert value["Comment"] == value["ActiveText"] == "mine"
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
