"""The gallery as a whole: no defect is dead, each is described, and none shows where it says that it is hidden."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import relation_spec as rs
from relation_spec.cli.serve import command
from relation_spec.server import create_app
from relation_spec.server.defects.gallery import DEFECTS, described
from relation_spec.server.defects.scene import Scene
from tests.server import test_defects_access, test_defects_http, test_defects_state, test_defects_values
from tests.server.conftest import NOON, Local
from tests.server.exchanges import NEW, Exchange

MODULES = (test_defects_values, test_defects_http, test_defects_access, test_defects_state)
EXCHANGES: list[Exchange] = [exchange for module in MODULES for exchange in module.EXCHANGES]
GROUPS = {"types", "dates", "numbers", "enums", "links", "fields", "truncation", "encoding", "select", "media types",
          "parity", "authentication", "status", "errors", "validation", "storage", "headers", "state", "time"}  # fmt: skip


def test_every_defect_has_an_exchange_that_shows_it() -> None:
    shown = Counter(exchange.defect for exchange in EXCHANGES)
    assert shown.keys() == DEFECTS.keys()
    assert not [name for name, count in shown.items() if count > 1]
    assert len(DEFECTS) >= 45
    assert not [exchange.defect for exchange in EXCHANGES if exchange.right == exchange.wrong]


def test_defects_of_every_kind_are_there() -> None:
    assert {kind.group for kind in DEFECTS.values()} == GROUPS


@pytest.mark.parametrize("told", described(rs.load()), ids=lambda told: told["name"])
def test_each_defect_is_described(told: dict[str, Any]) -> None:
    """What is broken, the line of the YAML, the harm; and whether more must come together for it to show."""
    document = rs.load().document
    assert document.get(told["spec_pointer"]) is not None
    assert document.line(told["spec_pointer"])
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)+", told["name"])
    assert told["broken"].endswith(".")
    assert told["harm"].endswith(".")
    assert told["title"]
    assert told["hidden"] is None or told["hidden"].startswith("shows ")


def sample_exchange(defect: str | None) -> list[Any]:
    """The page's sample, saved as a new record and read back."""
    server = Local(defect=defect, check=False, clock=lambda: NOON)
    try:
        made = server.post(NEW)
        seen = server.get(f"{server.path}/960") if defect in READ_BACK else made
        return [(one.status_code, one.headers.multi_items(), one.content) for one in (made, seen)]
    finally:
        server.close()


READ_BACK = {"write-lost", "read-stale", "update-merges"}  # which show only with an update besides


def test_a_defect_shows_in_the_plainest_exchange_unless_it_says_that_it_is_hidden() -> None:
    right = sample_exchange(None)
    for name, kind in DEFECTS.items():
        hidden = "Hidden" in kind.told()
        assert (sample_exchange(name)[:1] == right[:1]) is hidden, name


ODD: list[dict[str, Any]] = [
    {"url": "?$select=comment,createdBy/name"},
    {"url": "?$select=,"},
    {"url": "?$select=nothing"},
    {"headers": {"Accept": "text/xml", "SO-Language": "de", "SO-TimeZone": "Asia/Tokyo", "SO-Culture": "nb"}},
    {"value": {}},
    {"value": dict.fromkeys(NEW) | {"SourceContactId": 1, "DestinationContactId": 2}},
    {"value": {"SourceContactId": "1", "DestinationContactId": 2**40, "Reversed": [1], "RelationDefinitionId": 1e300}},
    {
        "value": {
            "SourceContactId": 1,
            "DestinationContactId": 2,
            "RelationDefinitionId": -(2**31),
            "Comment": "'\x01😀",
        }
    },
    {"value": {"SourceContactId": 1, "DestinationContactId": 2, "Reversed": 2**31 - 1, "Comment": "\ud800"}},
    {"headers": {"Content-Type": "application/x-www-form-urlencoded"}, "content": b"SourceContactId=1&Comment=+%ff"},
    {"headers": {"Content-Type": "application/xml"}, "content": b"<"},
    {"headers": {"Authorization": "Basic !"}, "auth": None},
    {"headers": {"Cookie": "XSRF-TOKEN=1.2.3"}, "auth": None},
    {"method": "OPTIONS"},
    {"method": "GET", "url": "/685?$select=comment"},
    {"method": "HEAD", "url": "/959"},
    {"method": "GET", "url": "/1"},
    {"method": "PUT"},
]


@pytest.mark.parametrize("name", [None, *DEFECTS])
def test_no_defect_fails_by_accident(name: str | None) -> None:
    """Whatever comes: what goes wrong is what was meant to, and no exception leaves the application."""
    server = Local(defect=name, check=False)
    try:
        for odd in ODD:
            value, method, url = odd.get("value", NEW), odd.get("method", "POST"), odd.get("url", "")
            more = {"headers": {"Content-Type": "application/json"} | odd.get("headers", {})} | (
                {"auth": odd["auth"]} if "auth" in odd else {}
            )
            content = odd.get("content", json.dumps(value).encode()) if method == "POST" else None
            answer = server.request(method, server.path + url, content=content, **more)
            assert "the server failed" not in answer.text
    finally:
        server.close()


def test_most_need_luck_and_many_need_none() -> None:
    hidden = sum("Hidden" in kind.told() for kind in DEFECTS.values())
    assert hidden > 20 < len(DEFECTS) - hidden


def test_an_unknown_defect_is_refused() -> None:
    with pytest.raises(rs.ContractError, match="no defect 'none-such'; known are: "):
        create_app(defect="none-such")


def test_defects_follow_another_contract(tmp_path: Path) -> None:
    """Targets are found by what the YAML says: under other names the same things break."""
    path = tmp_path / "renamed.yaml"
    text = rs.load().document.text.decode().replace("UpdatedDate", "Changed").replace("Comment", "Remark")
    path.write_text(text, encoding="utf-8")
    contract = rs.load(path)
    server = Local(contract=contract, defect="date-as-null", check=False)
    answer = server.post({"SourceContactId": 1, "DestinationContactId": 2})
    assert [(found.code, found.pointer) for found in contract.validate_response(answer).errors] == [
        ("type", "/Changed")
    ]
    assert Scene(contract).text.name == "Remark"
    server.close()
    assert all(told["spec_pointer"] for told in described(contract))


def test_a_contract_without_a_target_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.yaml"
    lines = rs.load().document.text.decode().splitlines()
    path.write_text("\n".join(line for line in lines if "x-translated: true" not in line), encoding="utf-8")
    contract = rs.load(path)
    with pytest.raises(rs.ContractError, match="no property with x-translated"):
        create_app(contract=contract, defect="language-ignored")
    assert [told["name"] for told in described(contract) if told["spec_pointer"] is None] == ["language-ignored"]


def test_the_gallery_can_be_listed_for_people_and_for_programs() -> None:
    text = CliRunner().invoke(command, ["--list-defects"])
    assert text.exit_code == 0
    assert "types:\n  zero-as-null: A whole number that is zero comes back as null" in text.output
    told = json.loads(CliRunner().invoke(command, ["--list-defects", "--format", "json"]).output)
    assert [one["name"] for one in told] == list(DEFECTS)
    assert told[0].keys() == {"name", "title", "broken", "spec_pointer", "group", "harm", "hidden"}
