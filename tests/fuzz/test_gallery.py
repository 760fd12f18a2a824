"""Planted defects are found, named rightly, and named once: a short form of ``tools/fuzz/gallery.py``."""

from typing import Any

import pytest

from relation_spec.server.defects.gallery import DEFECTS
from tests.conftest import tool

GALLERY: Any = tool("fuzz/gallery.py")
WANTED = GALLERY.wanted()


def test_every_defect_has_a_check_and_a_place() -> None:
    assert set(WANTED) == set(DEFECTS)


@pytest.mark.parametrize(
    "name",
    ["date-without-offset", "link-to-an-inner-host", "select-gives-null-for-zero", "stored-twice", "scheme-unchecked",
     "names-swapped", "update-creates", "boolean-as-number", "text-left-over", "accept-ignored", "language-ignored",
     "every-tenth-fails"],
)  # fmt: skip
def test_a_planted_defect_is_named_once(name: str) -> None:
    row = GALLERY.tried(name, 1, "two", live=False, options={"examples": 0, "max_cases": 330})
    line, fine = GALLERY.told(name, [row], WANTED[name], 330, 1e9)
    assert fine, line
