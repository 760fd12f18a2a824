"""Whole processes: what an import costs above bare Python, and the command on one small file."""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
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
# an import may be lazy, so the cost of a first verdict on a body from a file stands beside it
_FIRST: Final = {
    "relation_spec": "import relation_spec; load = relation_spec.load; "
    "load(SPEC).is_valid_response_body(open('response.json', 'rb').read())",
    "msgspec": "import msgspec; msgspec.json.decode(open('response.json', 'rb').read())",
    "jsonschema_rs": "import json, jsonschema_rs; load = lambda name: json.load(open(name)); "
    "jsonschema_rs.validator_for(load('schema.json')).is_valid(load('response.json'))",
    "jsonschema": "import json, jsonschema; load = lambda name: json.load(open(name)); "
    "jsonschema.Draft202012Validator(load('schema.json')).is_valid(load('response.json'))",
}


def imports(settings: Settings) -> Iterator[Row]:
    """Import times above bare Python, then those with a first verdict."""
    names = ("relation_spec", "h11", "msgspec", "check_jsonschema")
    above = _above(settings, {name: f"import {name}" for name in names})
    yield from _imported("import, above bare Python", above, _IMPORT)
    _files(settings)
    spec = repr(settings.spec and str(settings.spec))
    above = _above(settings, {name: text.replace("SPEC", spec) for name, text in _FIRST.items()})
    yield from _imported("import and first verdict, above bare Python", above, None)


def _imported(what: str, above: dict[str, Sequence[float]], goal: Goal | None) -> Iterator[Row]:
    ours, *others = above
    cost = median(above[ours])
    for name in others:
        label = f"{name} {version(name.replace('_', '-'))}"
        ratio = summary({ours: above[ours], name: above[name]}).ratios[name]
        yield Row(what, _ms(cost), label, _ms(median(above[name])), ratio, goal, cost * 1000)
        goal = None  # it is no goal against a peer, so it is told once


def _files(settings: Settings) -> tuple[Path, Path]:
    """The contract's example and its plain schema, as files."""
    material = Material.of(settings.contract, "response")
    payload, schema = settings.work / "response.json", settings.work / "schema.json"
    payload.write_bytes(compact(material.page))
    schema.write_text(json.dumps(material.schema), encoding="utf-8")
    return payload, schema


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
    payload, schema = _files(settings)
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
