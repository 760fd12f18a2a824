"""Bodies in process: one verdict, one report, one list of findings, beside whoever does the like.

Every measure runs on the contract's example and on a thousand different bodies, so that no cache flatters.
"""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import relation_spec
from tools.bench.measure import Slice, compare, in_process
from tools.bench.payloads import Material, compact
from tools.bench.peers import Peer, UnfitError, adapt, check
from tools.bench.peers.openapi_core import Worker
from tools.bench.settings import Settings
from tools.bench.table import Goal, Row, compared

__all__ = ["rows"]

DIFFERENT: Final = 1000
FAULTS: Final = 5


class _Measure(NamedTuple):
    """What is called, on which side, our kind of call, and each peer's adapter, kind and goal."""

    what: str
    side: relation_spec.contract.Side
    ours: str
    peers: Sequence[tuple[str, str, Goal | None]]


_VALIDATORS: Final = ("jsonschema_rs", "fastjsonschema", "jsonschema", "pydantic")
_MEASURES: Final = (
    _Measure(
        "is_valid_response_body(bytes)",
        "response",
        "bytes",
        [
            ("orjson", "parse", Goal(1.0)),
            ("msgspec", "parse", None),
            ("stdlib_json", "parse", None),
            *((name, "bytes", None) for name in _VALIDATORS),
            ("openapi_core", "bytes", None),
        ],
    ),
    _Measure(
        "is_valid_request_body(bytes)",
        "request",
        "bytes",
        [("orjson", "parse", None), ("jsonschema_rs", "bytes", None)],
    ),
    _Measure(
        "is_valid_response_body(dict)",
        "response",
        "value",
        [(name, "value", Goal(0.7) if name == "jsonschema_rs" else None) for name in _VALIDATORS],
    ),
    _Measure("validate_response_body(bytes)", "response", "report", [("stdlib_json", "parse", Goal(2.0))]),
    _Measure("validate_request_body(bytes)", "request", "report", [("stdlib_json", "parse", Goal(2.0))]),
    _Measure(
        "validate_request_body(dict), 5 faults, pointers",
        "request",
        "pointers",
        [("jsonschema_rs", "pointers", Goal(1.0))],
    ),
    _Measure(
        "validate_request_body(dict), 5 faults, messages too",
        "request",
        "faults",
        [(name, "faults", Goal(1.0) if name == "jsonschema_rs" else None) for name in _VALIDATORS if name[0] != "f"],
    ),
)


class _Inputs(NamedTuple):
    """The bodies of one measure: the page's, the different ones, and one that must be refused."""

    page: Sequence[Any]
    different: Sequence[Any]
    broken: Any


def rows(settings: Settings) -> Iterator[Row]:
    """The measures, each told when it is done."""
    for measure in _MEASURES:
        material = Material.of(settings.contract, measure.side)
        inputs = _inputs(measure, material, settings.seed)
        contenders, workers = _contenders(measure, material, inputs, settings)
        size = len(compact(material.page))
        for title, index in ((f"page, {size} B", 0), (f"{DIFFERENT:,} different", 1)):
            slices = {label: both[index] for label, (both, _) in contenders.items()}
            source = random.Random(settings.seed)
            comparison = compare(slices, settings.rounds(15, 41), source)
            yield from compared(
                f"{measure.what}: {title}", comparison, {k: goal for k, (_, goal) in contenders.items()}
            )
        for worker in workers:
            worker.close()


def _inputs(measure: _Measure, material: Material, seed: int) -> _Inputs:
    page, different = material.page, material.different(DIFFERENT, seed)
    faults = FAULTS if measure.ours in ("faults", "pointers") else 0
    if faults:
        broken = [material.broken(value, faults) for value in different]
        return _Inputs([material.broken(page, faults)], broken, material.broken(page, faults))
    if measure.ours == "value":
        return _Inputs([page], different, material.broken(page, 1))
    return _Inputs([compact(page)], [compact(value) for value in different], compact(material.broken(page, 1)))


_Contenders = dict[str, tuple[tuple[Slice, Slice], Goal | None]]


def _contenders(
    measure: _Measure, material: Material, inputs: _Inputs, settings: Settings
) -> tuple[_Contenders, list[Worker]]:
    """Ours first, then each peer that is fit, as slices on the page's body and on the different ones."""
    made: _Contenders = {}
    workers: list[Worker] = []
    for module, kind, goal in [("ours", measure.ours, None), *measure.peers]:
        try:
            if module == "openapi_core":
                workers.append(worker := _worker(settings.envs, material, inputs))
                pair = worker.slice_of(0, 1), worker.slice_of(1, 1 + len(inputs.different))
                made[worker.version] = pair, goal
                continue
            peer = adapt(module, material)
            _check(peer, kind, inputs)
            pair = in_process(peer.calls[kind], inputs.page), in_process(peer.calls[kind], inputs.different)
            made[peer.label(kind)] = pair, goal
        except (UnfitError, ImportError, LookupError, OSError, TypeError, ValueError) as error:
            if module == "ours":
                raise
            settings.failed(f"{measure.what}: {module}: {error}")
    return made, workers


def _check(peer: Peer, kind: str, inputs: _Inputs) -> None:
    if kind not in ("report", "pointers"):
        check(peer, kind, [*inputs.page, *inputs.different], inputs.broken, FAULTS)
    elif kind == "pointers" and len(peer.calls[kind](inputs.broken)) != FAULTS:
        raise UnfitError(f"{peer.name} does not find {FAULTS} faults")
    elif kind == "report" and any(peer.calls[kind](body).findings for body in inputs.page):
        raise UnfitError(f"{peer.name} has findings on a valid body")


def _worker(envs: Path, material: Material, inputs: _Inputs) -> Worker:
    bodies = [*inputs.page, *inputs.different, inputs.broken]
    worker = Worker.of_bodies(envs / "openapi-core" / "bin" / "python", material, bodies)
    if not worker.answer(0) or not worker.answer(1) or worker.answer(len(bodies) - 1):
        worker.close()
        raise UnfitError("a valid body is refused or a broken one taken")
    return worker
