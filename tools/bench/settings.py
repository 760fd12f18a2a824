"""What one run of the benchmark knows: how thorough, by which contract, where to write, and what failed so far."""

import sys
from pathlib import Path
from typing import NamedTuple

import relation_spec

__all__ = ["Settings"]


class Settings(NamedTuple):
    """The options of a run.

    Attributes:
        spec: the YAML that was asked for, or None for the bundled one.
        work: a folder for files of this run.
        failures: contenders that failed, in words.
    """

    quick: bool
    seed: int
    envs: Path
    work: Path
    spec: Path | None
    contract: relation_spec.Contract
    failures: list[str]

    def rounds(self, quick: int, full: int) -> int:
        """How often to go round."""
        return quick if self.quick else full

    def failed(self, words: str) -> None:
        """Note a contender that failed, and go on."""
        self.failures.append(words)
        print(f"failed: {words}", file=sys.stderr)

    def ours(self, *words: object) -> list[object]:
        """Our command with the contract that is measured."""
        return [sys.executable, "-m", "relation_spec", *words, *(["--spec", self.spec] if self.spec else [])]
