"""The random phase: valid and broken requests by a seed, the same for the same seed.

In: facts and a seed. Out: cases without end. What refers to something keeps the base's ids, since others may not exist.
"""

from collections.abc import Iterator
from typing import Any, Final

from relation_spec.contract import UnencodableValueError
from relation_spec.fuzz.breaking import statuses_of, written
from relation_spec.fuzz.edges import edges_of
from relation_spec.fuzz.facts import Facts
from relation_spec.fuzz.model import ABSENT, Case
from relation_spec.fuzz.planning import answerable, valid_case
from relation_spec.strategies.choosing import Seeded, SteadyRandom
from relation_spec.strategies.making import Making, making

__all__ = ["by_chance"]

_KINDS: Final = ("valid", "valid", "edges", "edges", "broken", "broken", "text")


def by_chance(facts: Facts, seed: int) -> Iterator[Case]:
    """Cases by a seed."""
    maker = making(facts.contract, facts.operation.operation_id)
    source = SteadyRandom(seed)

    def carries(side: Any, value: Any, label: str) -> bool:
        try:
            maker.encoded("request", value, label, 0)
        except UnencodableValueError:
            return False
        return True

    chooser = Seeded(facts.document, source, clean=True, carries=carries)
    edges = {
        name: tuple(edges_of(facts, prop)) for name, prop in facts.sent.items()
        if prop.is_client_set and not prop.refers
    }  # fmt: skip
    while facts.sends:
        label, accept = source.choice(facts.sends), source.choice(facts.answers) if facts.answers else None
        match source.choice(_KINDS):
            case "valid":
                value = _known(facts, maker.value(chooser, "request", label, 0))
                yield answerable(facts, valid_case(facts, value, "by chance", content_type=label, accept=accept))
            case "edges":
                picked = {name: source.choice(held).value for name, held in edges.items() if held and source.below(3)}
                value = (facts.base if source.below(2) else facts.least) | picked
                yield answerable(facts, valid_case(facts, value, "edges by chance", content_type=label, accept=accept))
            case kind:
                yield _broken(facts, maker, chooser, label, text=kind == "text")


def _known(facts: Facts, value: Any) -> Any:
    """``value`` with ids that are known to be there."""
    if not isinstance(value, dict):
        return dict(facts.base)
    made = {name: held for name, held in value.items() if name not in facts.sent or not facts.sent[name].refers}
    made |= {name: held for name, held in facts.base.items() if name in facts.sent and facts.sent[name].refers}
    if facts.identity is not None:
        made.pop(facts.identity.name, None)
    return made


def _broken(facts: Facts, maker: Making, chooser: Seeded, label: str, *, text: bool) -> Case:
    if text:
        body, breach = maker.malformed_body(chooser, "request", label, 0, None, some=True)
    else:
        first = maker.breaches("request", maker.media("request", 0, facts.sends[0]))
        label, body, breach = written(facts, maker, first.choose(chooser), label)
    severe = facts.document.severity(breach.code, "request") == "error"
    return Case(
        "send", f"{breach.note} at {breach.pointer or 'the whole body'}, by chance",
        facts.operation.method, facts.operation.path, accept=facts.answers[0] if facts.answers else None,
        content_type=label, value=ABSENT, body=body, expect="refused" if severe else "free",
        statuses=statuses_of(facts, breach), rule=breach.rule, group="body", breach=breach.code,
    )  # fmt: skip
