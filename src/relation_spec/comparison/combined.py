"""Keywords that put schemas together, or hold them for items and names, in two contracts (2020-12 core section 10).

Where branches correspond, the comparison goes on inside them. Where that tells no direction, the difference counts as
both.
"""

from collections.abc import Iterator
from typing import Final

from relation_spec.comparison.changes import ANY, Direction
from relation_spec.comparison.differences import Difference, Walk
from relation_spec.comparison.views import View
from relation_spec.contract.pointer import join

__all__ = ["arrays", "combined"]

_COMPARE: Final = "Compare both contracts here."
_MOST_BRANCHES: Final = 100


def _places(old: View, new: View, *keywords: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return old.at(*keywords), new.at(*keywords)


def _changed(keyword: str, direction: Direction, old: View, new: View, *keywords: str) -> Difference:
    words = {
        Direction.NARROWER: "rules out more now",
        Direction.WIDER: "rules out less now",
        Direction.BOTH: "rules out something else now, as far as can be told",
    }
    what = f"{keyword} {words[direction]}"
    return Difference(keyword, direction, what, _COMPARE, _COMPARE, (), *_places(old, new, *(keywords or (keyword,))))


def combined(walk: Walk, old: View, new: View) -> Iterator[Difference]:
    """The differences in alternatives, exclusions and conditions."""
    yield from _alternatives(walk, old, new, "anyOf")
    yield from _alternatives(walk, old, new, "oneOf")
    yield from _exclusions(walk, old, new)
    yield from _conditions(walk, old, new)
    yield from _dependent(walk, old, new)


def _branches(view: View, keyword: str) -> list[tuple[str, ...]]:
    """The branches of every list under ``keyword``, list by list."""
    return [
        tuple(join(part.pointer, keyword, index) for index in range(len(part.schema[keyword])))
        for part in view.parts
        if keyword in part.schema
    ]


def _alternatives(walk: Walk, old: View, new: View, keyword: str) -> Iterator[Difference]:
    before, after = _branches(old, keyword), _branches(new, keyword)
    if len(before) != 1 or len(after) != 1:
        alike = len(before) == len(after) and all(map(lambda a, b: _alike(walk, a, b), before, after))
        if not alike:
            direction = Direction.BOTH if before and after else Direction.NARROWER if after else Direction.WIDER
            yield _changed(keyword, direction, old, new)
        return
    gone, come = _unmatched(walk, before[0], after[0])
    if not gone and not come:
        return
    if keyword == "anyOf" and len(gone) == len(come) == 1:
        yield from walk.below(gone, come)
        return
    direction = Direction.NARROWER if gone else Direction.SAME
    direction |= Direction.WIDER if come else Direction.SAME
    if keyword == "oneOf":
        direction = Direction.BOTH
    counts = [f"{len(gone)} gone"] * bool(gone) + [f"{len(come)} new"] * bool(come)
    yield Difference(
        keyword, direction, f"of the alternatives of {keyword} {' and '.join(counts)}", "Send one that is left.",
        "Be ready for the new ones.", (), gone or old.at(keyword), come or new.at(keyword),
    )  # fmt: skip


def _alike(walk: Walk, before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    return _unmatched(walk, before, after) == ((), ())


def _unmatched(walk: Walk, before: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The branches on either side that have none on the other that says the same.

    Long lists are held against each other branch by branch, so that the time does not grow with their square.
    """
    if max(len(before), len(after)) > _MOST_BRANCHES:
        pairs = list(zip(before, after, strict=False))
        differing = [(one, other) for one, other in pairs if not walk.same((one,), (other,))]
        gone = [one for one, _ in differing] + [*before[len(pairs) :]]
        return tuple(gone), tuple([other for _, other in differing] + [*after[len(pairs) :]])
    come, gone = list(after), []
    for one in before:
        same = next((other for other in come if walk.same((one,), (other,))), None)
        if same is None:
            gone.append(one)
        else:
            come.remove(same)
    return tuple(gone), tuple(come)


def _exclusions(walk: Walk, old: View, new: View) -> Iterator[Difference]:
    before, after = old.at("not"), new.at("not")
    if len(before) == len(after) == 1:
        direction = walk.direction(before, after).flipped()
    else:
        gone, come = _unmatched(walk, before, after)
        direction = Direction.WIDER if gone else Direction.SAME
        direction |= Direction.NARROWER if come else Direction.SAME
    if direction:
        yield _changed("not", direction, old, new)


def _conditions(walk: Walk, old: View, new: View) -> Iterator[Difference]:
    keywords = ("if", "then", "else")
    before = [
        [join(p.pointer, word) if word in p.schema else "" for word in keywords] for p in old.parts if "if" in p.schema
    ]
    after = [
        [join(p.pointer, word) if word in p.schema else "" for word in keywords] for p in new.parts if "if" in p.schema
    ]
    if not before and not after:
        return
    if len(before) == len(after) and all(
        bool(one) == bool(other) and (not one or walk.same((one,), (other,)))
        for ones, others in zip(before, after, strict=True)
        for one, other in zip(ones, others, strict=True)
    ):
        return
    direction = Direction.BOTH if before and after else Direction.NARROWER if after else Direction.WIDER
    yield _changed("if", direction, old, new, *keywords)


def _dependent(walk: Walk, old: View, new: View) -> Iterator[Difference]:
    before, after = (
        {
            key: tuple(join(at, key) for at in view.at("dependentSchemas") if key in view.document.get(at))
            for key in keys
        }
        for view, keys in (
            (view, {k for _, held in view.said("dependentSchemas") for k in held}) for view in (old, new)
        )
    )
    direction = Direction.SAME
    for key in before.keys() | after.keys():
        if key not in before:
            direction |= Direction.NARROWER
        elif key not in after:
            direction |= Direction.WIDER
        else:
            direction |= walk.direction(before[key], after[key])
    if direction and any(view.at("unevaluatedProperties", "x-closed") for view in (old, new)):
        direction = Direction.BOTH  # what they describe is known then
    if direction:
        yield _changed("dependentSchemas", direction, old, new)


def arrays(walk: Walk, old: View, new: View) -> Iterator[Difference]:
    """The differences in what holds for the items of an array, and for the names of an object."""
    fixed = [_branches(view, "prefixItems") for view in (old, new)]
    if any(fixed):
        lengths = [[len(branch) for branch in branches] for branches in fixed]
        if lengths[0] != lengths[1]:
            yield _changed("prefixItems", Direction.BOTH, old, new)
        else:
            for ones, others in zip(*fixed, strict=True):
                for index, (one, other) in enumerate(zip(ones, others, strict=True)):
                    yield from walk.below((one,), (other,), str(index))
    yield from walk.below(old.at("items"), new.at("items"), ANY)
    yield from _contained(walk, old, new)
    before, after = old.at("unevaluatedItems"), new.at("unevaluatedItems")
    if (before or after) and not (len(before) == len(after) and walk.same(before, after)):
        yield _changed("unevaluatedItems", Direction.BOTH, old, new)
    yield from _property_names(walk, old, new)


def _property_names(walk: Walk, old: View, new: View) -> Iterator[Difference]:
    direction = walk.direction(old.at("propertyNames"), new.at("propertyNames"))
    if direction:
        yield _changed("propertyNames", direction, old, new)


def _contained(walk: Walk, old: View, new: View) -> Iterator[Difference]:
    keywords = ("contains", "minContains", "maxContains")
    before, after = old.at("contains"), new.at("contains")
    if not before and not after:
        return
    counts = [(view.said("minContains"), view.said("maxContains")) for view in (old, new)]
    if not before or not after:
        plain = counts == [([], []), ([], [])]
        direction = Direction.BOTH if not plain else Direction.NARROWER if after else Direction.WIDER
    else:
        direction = walk.direction(before, after)
        if counts[0] != counts[1] or (direction and counts[0] != ([], [])):
            direction = Direction.BOTH
    if direction:
        yield _changed("contains", direction, old, new, *keywords)
