"""The three engines and jsonschema-rs say the same: 5,000 payloads of ``tools/differential.py``, a seed a test."""

import importlib.util
import sys
from types import ModuleType

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def differential() -> ModuleType:
    spec = importlib.util.spec_from_file_location("differential", ROOT / "tools" / "differential.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["differential"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", range(10))
def test_no_engine_disagrees(differential: ModuleType, seed: int) -> None:
    counts, wrong = differential.run(seed, 500)
    assert not wrong, "\n".join(wrong)
    assert sum(counts.values()) == 500
    assert {kind.split()[1] for kind in counts} == {"valid", "mutation", "text", "random", "bytes"}


def test_a_wrong_engine_would_be_seen(differential: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tool can fail: an acceptor that takes everything is told at once."""
    real = differential.acceptor
    yes = lambda body: True  # noqa: E731
    monkeypatch.setattr(differential, "acceptor", lambda *a, **k: real(*a, **k)._replace(text=yes, value=yes))
    _, wrong = differential.run(1, 100)
    assert any("takes a text" in reason for reason in wrong)
    assert any("takes a value" in reason for reason in wrong)
