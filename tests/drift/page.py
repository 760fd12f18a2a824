"""A reference page in the vendor's form, made from the facts in ``page.json``, in words of our own."""

import json
from typing import Any

from tests.conftest import ROOT

PAGE: dict[str, Any] = json.loads((ROOT / "tests" / "page.json").read_text(encoding="utf-8"))
MANDATORY = ("SourceContactId", "DestinationContactId")


def _table(names: dict[str, str], *columns: str) -> list[str]:
    head = [f"| Name | {' | '.join(columns)} |", f"|------|{'------|' * len(columns)}"]
    return [*head, *(f"| {name} | {cells} |" for name, cells in names.items()), ""]


def _about(name: str) -> str:
    return f"About {name}. It is mandatory." if name in MANDATORY else f"About {name}. It is not mandatory."


def _ticked(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def page(request: dict[str, Any], response: dict[str, Any]) -> str:
    """The page with these two samples."""
    headers = {name: f"About {name}." for name in PAGE["headers"]}
    headers["Authorization"] = "Takes " + ", ".join(f"'{scheme}'" for scheme in PAGE["schemes"]) + "."
    headers["Content-Type"] = f"What you send: {_ticked(PAGE['request_media_types'])}"
    headers["Accept"] = f"What you want: {_ticked(PAGE['response_media_types'])}"
    target = f"{PAGE['method']} {PAGE['path']}"
    lines = ["---", "title: a page", "---", "", f"# {PAGE['method']} Relation", "", "```http", target, "```", ""]
    lines += ["## Query String Parameters", ""]
    lines += _table({name: f"string | About {name}." for name in PAGE["query"]}, "Type", "Description")
    lines += ["```http", f"{target}?$select=name", "```", "", "## Request Headers", ""]
    lines += _table(headers, "Description")
    lines += ["## Request Body: newEntity", "", "What is saved.", ""]
    held = {name: f"{type_} | {_about(name)}" for name, type_ in PAGE["request_properties"].items()}
    lines += _table(held, "Type", "Description")
    lines += ["## Response:", "", "OK", "", *_table({"200": "OK"}, "Description")]
    lines += ["### Response body: ContactRelationEntityWithLinks", ""]
    held = {name: f"{type_} | {_about(name)}" for name, type_ in PAGE["response_properties"].items()}
    lines += _table(held, "Type", "Description")
    lines += ["## Sample request", "", "```http!", target, "Authorization: Basic dGplMDpUamUw"]
    lines += ["Accept: application/json; charset=utf-8", "Content-Type: application/json; charset=utf-8", ""]
    lines += [*json.dumps(request, indent=2).splitlines(), "```", "", "## Sample response", "", "```http_"]
    lines += ["HTTP/1.1 200 OK", "Content-Type: application/json; charset=utf-8", ""]
    return "\n".join([*lines, *json.dumps(response, indent=2).splitlines(), "```", ""])
