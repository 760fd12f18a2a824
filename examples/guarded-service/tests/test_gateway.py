"""The gateway keeps to the contract, in front of a CRM that does and of one that does not."""

import logging

import httpx
import pytest
from fastapi.testclient import TestClient
from gateway import create_app
from relation_spec.fuzz import run
from relation_spec.pytest_plugin import assert_conforms
from relation_spec.server import create_app as create_crm

RELATION = {"SourceContactId": 874, "DestinationContactId": 955, "Comment": "met at the fair"}
AUTH = ("demo", "demo")


def gateway(defect=None):
    """The gateway, in front of the reference server in this process."""
    crm = httpx.ASGITransport(create_crm(defect=defect))
    return create_app(httpx.AsyncClient(transport=crm, base_url="http://crm"))


def test_a_good_request_gets_through():
    client = TestClient(gateway())
    answer = client.post("/api/v1/Relation", json=RELATION, auth=AUTH)
    assert_conforms(answer)
    assert answer.json()["Comment"] == "met at the fair"


def test_a_bad_request_ends_at_the_gateway():
    unreachable = create_app(httpx.AsyncClient(base_url="http://127.0.0.1:9"))
    answer = TestClient(unreachable).post("/api/v1/Relation", json=RELATION | {"Reversed": "yes"}, auth=AUTH)
    assert answer.status_code == 400
    assert "/Reversed" in answer.json()["ErrorMessage"]


def test_a_breach_of_the_crm_is_told_and_passed_on(caplog):
    client = TestClient(gateway(defect="date-as-americans-write-it"))
    with caplog.at_level(logging.ERROR, "gateway"):
        answer = client.post("/api/v1/Relation", json=RELATION, auth=AUTH)
    assert answer.status_code == 200
    assert "the CRM broke the contract at /api/v1/Relation: format" in caplog.text


def test_the_gateway_has_no_defect_of_its_own():
    result = run(gateway(), auth="basic:demo:demo", max_cases=400)
    assert (result.status, result.defects) == (0, [])


@pytest.mark.parametrize("defect", ["null-as-empty", "language-changes-numbers"])
def test_a_defect_of_the_crm_shows_through(defect):
    assert run(gateway(defect), auth="basic:demo:demo", max_cases=100, seconds=10).defects
