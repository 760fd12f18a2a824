"""Whole requests beside openapi-core, and bodies of XML and forms beside the parsers of these texts.

Every measure runs on the contract's example and on a thousand different messages, so that no cache flatters.
"""

import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from typing import Any, Final, NamedTuple

from relation_spec.messages.decoding import kind_of
from tools.bench.measure import compare, in_process, rounds_of_processes, summary
from tools.bench.payloads import Material
from tools.bench.peers import UnfitError, adapt
from tools.bench.peers.openapi_core import Worker
from tools.bench.settings import Settings
from tools.bench.table import Goal, Row, compared, seconds
from tools.bench.whole import LAYERS, Asked, good, plain_document, without_credentials, wrong

__all__ = ["rows"]

DIFFERENT: Final = 1000
_PYTHON: Final = ("openapi-core", "bin", "python")


class _Case(NamedTuple):
    """Requests to judge: how each is made, what openapi-core is asked and must answer, and the goal."""

    what: str
    make: Callable[[Material, Any, int], Asked]
    call: str
    answer: Any
    goal: Goal | None


def _nobody(material: Material, value: Any, number: int) -> Asked:
    return without_credentials(wrong(material, value, number))


_WHERE: Final = ", ".join(LAYERS)
_CASES: Final = (
    _Case("validate_request(request)", good, "verdict", True, Goal(1 / 50)),
    _Case(
        f"validate_request(request), faults in {', '.join(LAYERS)}, messages too",
        wrong,
        "faults",
        len(LAYERS),
        Goal(1 / 20),
    ),
    # it stops at the credentials, and so has less to do
    _Case("validate_request(request), the same and no credentials", _nobody, "faults", 1, None),
)


def rows(settings: Settings) -> Iterator[Row]:
    """The measures, each told when it is done."""
    yield from _bodies(settings)
    for case in _CASES:
        yield from _requests(case, settings)
    yield from _imports(settings)


def _bodies(settings: Settings) -> Iterator[Row]:
    for side in ("response", "request"):
        material = Material.of(settings.contract, side)
        for kind, module in (("xml", "lxml"), ("form", "urllib_parse")):
            name = _media(material, kind)
            if name is None:
                continue
            peer = adapt(module, material)
            goals: dict[str, Goal | None] = {peer.label("parse"): Goal(3)}
            write = partial(getattr(settings.contract, f"encode_{side}_body"), content_type=name)
            page = [write(material.page)]
            different = [write(value) for value in material.different(DIFFERENT, settings.seed)]
            for verb in ("is_valid", "validate"):
                call = _judging(getattr(settings.contract, f"{verb}_{side}_body"), name)
                _refuses(call, write(material.broken(material.page, 1)), verb)
                for title, bodies in ((f"page, {len(page[0])} B", page), (f"{DIFFERENT:,} different", different)):
                    contenders = {
                        "ours": in_process(call, bodies),
                        peer.label("parse"): in_process(peer.calls["parse"], bodies),
                    }
                    source = random.Random(settings.seed)
                    comparison = compare(contenders, settings.rounds(15, 41), source)
                    yield from compared(f"{verb}_{side}_body({kind}): {title}", comparison, goals)


def _media(material: Material, kind: str) -> str | None:
    document = material.contract.document
    operation = document.operation(next(iter(document.operations)))
    body = operation.request if material.side == "request" else operation.response(200)
    return next((name for name in body.content if kind_of(name) == kind), None) if body else None


def _judging(call: Callable[..., Any], name: str) -> Callable[[Any], Any]:
    def judge(body: bytes) -> Any:
        return call(body, name)

    return judge


def _refuses(call: Callable[[Any], Any], broken: bytes, verb: str) -> None:
    said = call(broken)
    if said if verb == "is_valid" else said.valid:
        raise UnfitError(f"{verb} takes a broken body")


def _requests(case: _Case, settings: Settings) -> Iterator[Row]:
    material = Material.of(settings.contract, "request")
    values = [material.page, *material.different(DIFFERENT, settings.seed)]
    asked = [case.make(material, value, number) for number, value in enumerate(values)]
    ours = [one.ours() for one in asked]
    _fit(case, [settings.contract.validate_request(request) for request in ours])
    python = settings.envs.joinpath(*_PYTHON)
    worker = Worker.of_requests(python, plain_document(material), [one.to_json() for one in asked], case.call)
    if (answer := worker.answer(0)) != case.answer:
        worker.close()
        raise UnfitError(f"{case.what}: openapi-core says {answer}, not {case.answer}")
    call = (
        settings.contract.validate_request if case.call == "verdict" else _reading(settings.contract.validate_request)
    )
    for title, first, last in (("page", 0, 1), (f"{DIFFERENT:,} different", 1, len(ours))):
        contenders = {"ours": in_process(call, ours[first:last]), worker.version: worker.slice_of(first, last)}
        comparison = compare(contenders, settings.rounds(9, 31), random.Random(settings.seed))
        yield from compared(f"{case.what}: {title}", comparison, {worker.version: case.goal})
    worker.close()


def _fit(case: _Case, reports: Sequence[Any]) -> None:
    """See that ours finds what is there, and nothing else."""
    wanted = set() if case.call == "verdict" else set(LAYERS)
    for report in reports:
        found = {finding.where.partition(".")[0] for finding in report.findings}
        if not wanted <= found or (not wanted and found):
            raise UnfitError(f"{case.what}: findings in {sorted(found)}")


def _reading(validate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Our call, with every message read, since messages are worded when they are read."""

    def judge(request: Any) -> Any:
        return [(finding.where, finding.pointer, finding.message) for finding in validate(request).findings]

    return judge


_FIRST: Final = {
    "ours": "import json, relation_spec; asked = json.load(open('asked.json')); "
    "request = relation_spec.Request(asked['method'], asked['url'], asked['headers'], asked['body']); "
    "assert relation_spec.load(SPEC).validate_request(request).valid",
    "theirs": "import json; from openapi_core import OpenAPI; from openapi_core.testing import MockRequest; "
    "asked = json.load(open('asked.json')); "
    "request = MockRequest('http://localhost', asked['method'], asked['path'], args=asked['query'], "
    "headers=asked['headers'], data=asked['body'].encode()); "
    "OpenAPI.from_dict(json.load(open('plain.json'))).validate_request(request)",
}


def _imports(settings: Settings) -> Iterator[Row]:
    """The cost of an import alone, and with a first verdict on a whole request, each above its own bare Python."""
    material = Material.of(settings.contract, "request")
    asked = good(material, material.page, 0)
    parts = {**asked.to_json(), "url": asked.ours().url}
    (settings.work / "asked.json").write_text(json.dumps(parts), encoding="utf-8")
    (settings.work / "plain.json").write_text(json.dumps(plain_document(material)), encoding="utf-8")
    spec = repr(settings.spec and str(settings.spec))
    python = str(settings.envs.joinpath(*_PYTHON))
    pairs = {
        "import": ("import relation_spec", "import openapi_core"),
        "import and first verdict on a request": (_FIRST["ours"].replace("SPEC", spec), _FIRST["theirs"]),
    }
    for what, (ours, theirs) in pairs.items():
        commands = {
            "ours": [sys.executable, "-c", ours],
            "our Python": [sys.executable, "-c", "pass"],
            "openapi-core": [python, "-c", theirs],
            "its Python": [python, "-c", "pass"],
        }
        source = random.Random(settings.seed)
        found = rounds_of_processes(commands, settings.rounds(9, 31), source, settings.work)
        above = {
            name: [max(one.seconds - bare.seconds, 1e-6) for one, bare in zip(found[name], found[base], strict=True)]
            for name, base in (("ours", "our Python"), ("openapi-core", "its Python"))
        }
        ratio = summary(above).ratios["openapi-core"]
        costs = {name: seconds(median(held)) for name, held in above.items()}
        yield Row(f"{what}, above bare Python", costs["ours"], "openapi-core", costs["openapi-core"], ratio)
