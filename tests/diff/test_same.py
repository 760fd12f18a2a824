"""Two contracts that say the same in different ways differ in nothing."""

import json
import random
import re
from typing import Any

import pytest

from relation_spec.comparison import compare
from relation_spec.contract.document import Document
from relation_spec.contract.source import Source
from tests.diff.conftest import TEXT, document, edited_text

OLD = document(TEXT, "old.yaml")


def from_value(value: Any) -> Document:
    return document(json.dumps(value))


def reordered(value: Any, source: random.Random) -> Any:
    """The same value with the keys of every map in another order."""
    if isinstance(value, list):
        return [reordered(item, source) for item in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    source.shuffle(names)
    return {name: reordered(value[name], source) for name in names}


def inlined(value: Any, root: Any, *, schemas: bool = True) -> Any:
    """The same document with every reference that stands alone replaced by what it leads to."""
    if isinstance(value, list):
        return [inlined(item, root) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"$ref"}:
        held = root
        for token in value["$ref"][2:].split("/"):
            held = held[token]
        return inlined(held, root)
    return {name: inlined(item, root) for name, item in value.items()}


def beside(value: Any) -> Any:
    """The same document with every reference beside other keywords put into an allOf."""
    if isinstance(value, list):
        return [beside(item) for item in value]
    if not isinstance(value, dict):
        return value
    held = {name: beside(item) for name, item in value.items()}
    if "$ref" in held and len(held) > 1:
        return {"allOf": [{"$ref": held.pop("$ref")}], **held}
    return held


def test_the_same_file_twice_differs_in_nothing() -> None:
    assert compare(OLD, document(TEXT, "copy.yaml")) == []


def test_comments_and_anchors_count_for_nothing() -> None:
    text = re.sub(r"(?m)^(\s+)(type: integer)$", r"\1# a number\n\1\2  # whole", TEXT)
    text = text.replace("content: &error\n", "content: &fault\n").replace("content: *error\n", "content: *fault\n")
    assert text.count("a number") >= 1
    assert compare(OLD, document(text)) == []
    assert compare(OLD, from_value(OLD.to_dict())) == []  # without any anchor


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_keys_counts_for_nothing(seed: int) -> None:
    value = reordered(OLD.to_dict(), random.Random(seed))
    assert list(value) != list(OLD.to_dict())
    assert compare(OLD, from_value(value)) == []


def test_a_reference_and_what_it_leads_to_are_the_same() -> None:
    value = OLD.to_dict()
    value["paths"] = inlined(value["paths"], value)
    value["components"]["schemas"] = inlined(value["components"]["schemas"], value)
    assert compare(OLD, from_value(value)) == []
    assert compare(from_value(value), OLD) == []


def test_a_reference_beside_keywords_is_the_same_as_one_in_allof() -> None:
    value = OLD.to_dict()
    value["components"]["schemas"] = beside(value["components"]["schemas"])
    assert "allOf" in value["components"]["schemas"]["ContactRelationEntityToSave"]
    assert compare(OLD, from_value(value)) == []


def test_names_of_components_count_for_nothing() -> None:
    text = TEXT.replace("schemas/Int32", "schemas/Whole").replace("    Int32:\n", "    Whole:\n")
    text = text.replace("- SoTicket: []", "- Ticket: []").replace("    SoTicket:\n", "    Ticket:\n")
    assert text != TEXT
    assert compare(OLD, document(text)) == []


def test_what_is_said_by_silence_is_the_same_as_said() -> None:
    text = edited_text((("      style: form\n      explode: false\n", "      explode: false\n"),))
    text = text.replace(
        "      name: SO-Language\n      in: header\n",
        "      name: SO-Language\n      in: header\n      required: false\n",
    )
    assert compare(OLD, document(text)) == []


def test_documents_that_differ_only_in_their_path_are_the_same() -> None:
    assert compare(OLD, Document(Source(OLD.to_dict(), {}), "elsewhere.yaml", b"")) == []
