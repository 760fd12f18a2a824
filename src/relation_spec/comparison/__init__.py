"""What changes from one contract to the next, and whom that breaks: two contracts to sorted and tried changes."""

from collections.abc import Sequence

from relation_spec.comparison.changes import SIDES, VERDICTS, Change, Place, Verdict, Witness, by_gravity
from relation_spec.comparison.contracts import compare
from relation_spec.comparison.showing import Outcome
from relation_spec.comparison.versions import move
from relation_spec.comparison.witnesses import checked
from relation_spec.contract import Side
from relation_spec.messages import Contract

__all__ = ["SIDES", "VERDICTS", "Change", "Outcome", "Place", "Verdict", "Witness", "compare", "compared"]


def compared(
    old: Contract, new: Contract, *, sides: Sequence[Side] = SIDES, check_with: int = 100, seed: int = 0
) -> Outcome:
    """Compare two contracts, and try what the comparison says.

    Args:
        old: the contract that holds.
        new: the contract that shall hold.
        sides: whose changes are wanted. The version is held against those of both.
        check_with: how many messages of each side are drawn for the trial, besides broken ones; 0 for no trial.
        seed: the same seed draws the same messages.
    """
    changes = compare(old.document, new.document)
    tally = None
    if check_with:
        changes, tally = checked(old, new, changes, count=check_with, seed=seed, sides=sides)
    before, after = (str(contract.document.get("/info/version")) for contract in (old, new))
    moved = move(before, after, changes)
    wanted = by_gravity(change for change in changes if change.side in sides)
    return Outcome(old.document, new.document, wanted, moved, tally)
