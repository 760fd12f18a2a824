"""The random phase: valid and broken requests that Hypothesis draws by a seed, the same for the same seed.

In: facts and a seed. Out: cases without end. What refers to something keeps the base's ids, since others may not exist.

The choices behind each case are bytes from the seed, given to Hypothesis by ``fuzz_one_input``; they are not drawn by
``@given`` with ``@seed``. There it mixes in constants of the modules that happen to be loaded, so that the same seed
would send other requests live than in process; here a case follows from its bytes alone. It also has neither database,
deadline nor health checks, and gives one case at a time, so that none is drawn that no time is left for. It makes
several hundred cases a second (tools/fuzz/speed.py measures it). The plan of the coverage phase needs no chance.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from relation_spec.contract import WrongCallError
from relation_spec.fuzz.breaking import statuses_of
from relation_spec.fuzz.edges import edges_of
from relation_spec.fuzz.facts import Facts
from relation_spec.fuzz.model import ABSENT, Case
from relation_spec.fuzz.planning import answerable, valid_case
from relation_spec.strategies import Breach
from relation_spec.strategies.choosing import SteadyRandom

__all__ = ["by_chance"]

_KINDS: Final = ("valid", "valid", "edges", "edges", "broken", "broken", "text")
_BYTES: Final = 4096  # of choices for one case; what needs more is drawn again


def by_chance(facts: Facts, seed: int) -> Iterator[Case]:
    """Cases by a seed.

    Raises:
        WrongCallError: where Hypothesis is not installed.
    """
    if not facts.sends:
        return
    drawn, draw = _drawing(facts)
    source = SteadyRandom(seed)
    while True:
        drawn.clear()
        draw(source.getrandbits(8 * _BYTES).to_bytes(_BYTES, "big"))
        yield from drawn


@lru_cache(maxsize=8)
def _drawing(facts: Facts) -> tuple[list[Case], Callable[[bytes], Any]]:
    """A function that draws a case from bytes, and where it puts it."""
    try:
        from hypothesis import HealthCheck, given, settings
    except ImportError:
        raise WrongCallError(
            "random cases need Hypothesis: pip install 'relation-spec[fuzz]', or --examples 0"
        ) from None
    drawn: list[Case] = []

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(_cases(facts))
    def take(case: Case) -> None:
        drawn.append(case)

    return drawn, take.hypothesis.fuzz_one_input


def _cases(facts: Facts) -> Any:
    """The strategy for cases."""
    from hypothesis import strategies as st

    from relation_spec.strategies import invalid_request_bodies, malformed_request_bodies, request_bodies

    contract, operation = facts.contract, facts.operation.operation_id
    valid, broken, text = {}, {}, {}
    for label in facts.sends:
        valid[label] = request_bodies(contract, content_type=label, operation=operation, clean=True)
        broken[label] = invalid_request_bodies(contract, content_type=label, operation=operation, encoded=True)
        text[label] = malformed_request_bodies(contract, content_type=label, operation=operation)
    edges = {
        name: st.sampled_from(held) for name, prop in facts.sent.items()
        if prop.is_client_set and not prop.refers and (held := edges_of(facts, prop))
    }  # fmt: skip
    some = st.fixed_dictionaries({}, optional=edges)
    labels, answers = st.sampled_from(facts.sends), st.sampled_from(facts.answers or (None,))
    kinds, bases = st.sampled_from(_KINDS), st.sampled_from((facts.least, facts.base))

    @st.composite
    def case(draw: Any) -> Case:
        kind, label, accept = draw(kinds), draw(labels), draw(answers)
        if kind in ("broken", "text"):
            return _broken(facts, label, *draw((broken if kind == "broken" else text)[label]))
        if kind == "valid":
            value, note = _known(facts, draw(valid[label])), "by chance"
        else:
            value, note = draw(bases) | {name: edge.value for name, edge in draw(some).items()}, "edges by chance"
        return answerable(facts, valid_case(facts, value, note, content_type=label, accept=accept))

    return case()


def _known(facts: Facts, value: Any) -> Any:
    """``value`` with ids that are known to be there."""
    if not isinstance(value, dict):
        return dict(facts.base)
    made = {name: held for name, held in value.items() if name not in facts.sent or not facts.sent[name].refers}
    made |= {name: held for name, held in facts.base.items() if name in facts.sent and facts.sent[name].refers}
    if facts.identity is not None:
        made.pop(facts.identity.name, None)
    return made


def _broken(facts: Facts, label: str, body: bytes, breach: Breach) -> Case:
    severe = facts.document.severity(breach.code, "request") == "error"
    return Case(
        "send", f"{breach.note} at {breach.pointer or 'the whole body'}, by chance",
        facts.operation.method, facts.operation.path, accept=facts.answers[0] if facts.answers else None,
        content_type=label, value=ABSENT, body=body, expect="refused" if severe else "free",
        statuses=statuses_of(facts, breach), rule=breach.rule, group="body", breach=breach.code,
    )  # fmt: skip
