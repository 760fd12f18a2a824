"""Whole processes: what an import costs above bare Python, and the command on one small file."""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

import relation_spec
from tools.bench.measure import rounds_of_processes, summary
from tools.bench.payloads import Material, compact
from tools.bench.peers import check_jsonschema, version
from tools.bench.settings import Settings
from tools.bench.table import Goal, Row, seconds

__all__ = ["imports", "process"]

_OURS: Final = f"relation-spec {relation_spec.__version__}"
_BARE: Final = "python -c pass"
# an import may be lazy, so the cost of a first verdict stands beside it
_FIRST: Final = {
    "relation_spec": "import relation_spec; relation_spec.is_valid_response_body(b'{}')",
    "msgspec": "import msgspec; msgspec.json.decode(b'{}')",
    "jsonschema_rs": "import json, jsonschema_rs; jsonschema_rs.validator_for({}).is_valid(json.loads('{}'))",
    "jsonschema": "import json, jsonschema; jsonschema.Draft202012Validator({}).is_valid(json.loads('{}'))",
}


def imports(settings: Settings) -> Iterator[Row]:
    """Import times above bare Python, then those with a first verdict."""
    ours, *others = names = ("relation_spec", "h11", "msgspec", "check_jsonschema")
    above = _above(settings, {name: f"import {name}" for name in names})
    for name in others:
        label = f"{name} {version(name.replace('_', '-'))}"
        ratio = summary({ours: above[ours], name: above[name]}).ratios[name]
        cost = median(above[ours])
        yield Row("import, above bare Python", _ms(cost), label, _ms(median(above[name])), ratio, _IMPORT, cost * 1000)
    ours, *others = first = tuple(_FIRST)
    above = _above(settings, {name: _FIRST[name] for name in first})
    for name in others:
        label = f"{name} {version(name.replace('_', '-'))}"
        ratio = summary({ours: above[ours], name: above[name]}).ratios[name]
        yield Row(
            "import and first verdict, above bare Python",
            _ms(median(above[ours])),
            label,
            _ms(median(above[name])),
            ratio,
        )


_IMPORT: Final = Goal(30, "ms")


def _ms(value: float) -> str:
    return f"{value * 1000:.1f} ms"


def _above(settings: Settings, code: dict[str, str]) -> dict[str, Sequence[float]]:
    """Seconds above the bare interpreter's in the same round, at least a microsecond."""
    commands = {name: [sys.executable, "-c", text] for name, text in {_BARE: "pass", **code}.items()}
    source = random.Random(settings.seed)
    found = rounds_of_processes(commands, settings.rounds(9, 31), source, settings.work)
    bare = [finished.seconds for finished in found.pop(_BARE)]
    return {
        name: [max(finished.seconds - base, 1e-6) for finished, base in zip(held, bare, strict=True)]
        for name, held in found.items()
    }


def process(settings: Settings) -> Iterator[Row]:
    """The command on one small file, beside the command that judges by an equal schema."""
    material = Material.of(settings.contract, "response")
    payload, schema = settings.work / "response.json", settings.work / "schema.json"
    payload.write_bytes(compact(material.page))
    schema.write_text(json.dumps(material.schema), encoding="utf-8")
    ours = f"{_OURS} validate"
    commands: dict[str, list[object]] = {
        ours: settings.ours("validate", payload, "--as", "response"),
        check_jsonschema.NAME: check_jsonschema.command(schema, payload),
        _BARE: [sys.executable, "-c", "pass"],
    }
    found = rounds_of_processes(commands, settings.rounds(9, 31), random.Random(settings.seed), settings.work)
    if any(finished.status for held in found.values() for finished in held):
        raise RuntimeError("a command refuses the contract's example")
    comparison = summary({name: [finished.seconds for finished in held] for name, held in found.items()})
    for name in (check_jsonschema.NAME, _BARE):
        goal = Goal(0.35) if name == check_jsonschema.NAME else None
        ratio, times = comparison.ratios[name], comparison.seconds
        yield Row("whole process, one small file", seconds(times[ours]), name, seconds(times[name]), ratio, goal)
    peaks = {name: median(finished.peak_bytes for finished in held) / 1e6 for name, held in found.items()}
    other = check_jsonschema.NAME
    yield Row(
        "whole process, peak memory",
        f"{peaks[ours]:.0f} MB",
        other,
        f"{peaks[other]:.0f} MB",
        peaks[ours] / peaks[other],
    )
