"""Defects: numbers in answers."""

import struct

from relation_spec.server.answering import ProblemError
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value
from relation_spec.server.meaning import keyword


@breaks("numbers", "answer")
def number_as_text(at: Scene, value: Value) -> None:
    """A number comes back as text.

    Breaks: {number.type}
    Harm: Programs with types refuse the answer; others add 1 to 5 and get 51.
    """
    at.number.change(value, str)


@breaks("numbers", "answer")
def number_with_fraction(at: Scene, value: Value) -> None:
    """A whole number comes back with a fraction, as a mean or a float would have it.

    Breaks: {number.type}
    Harm: Programs with types refuse the answer; others round, and name another record.
    Hidden: shows only for numbers that end in 99, one in a hundred
    """
    at.number.change(value, lambda held: held + 0.5 if held % 100 == 99 else held)


@breaks("numbers", "answer")
def number_over_the_edge(at: Scene, value: Value) -> None:
    """A large number comes back larger than its 32 bits.

    Breaks: {number.maximum}
    Harm: Programs that read 32 bits crash, or read a negative number.
    Hidden: shows only for numbers from 2000000000 on
    """
    at.number.change(value, lambda held: held + 2**31 if held >= 2_000_000_000 else held)


@breaks("numbers", "record")
def number_wraps_at_16_bits(at: Scene, kept: Value) -> None:
    """A number is kept in 16 bits.

    Breaks: {number.format}
    Harm: What was saved is another number, and the relation is of another kind.
    Hidden: shows only for numbers beyond 32767
    """
    at.number.change(kept, lambda held: (held + 2**15) % 2**16 - 2**15)


@breaks("numbers", "record")
def number_loses_digits(at: Scene, kept: Value) -> None:
    """A number is kept as a float of 32 bits.

    Breaks: {number.type}
    Harm: What was saved is a neighbour of the number, and the relation is of another kind.
    Hidden: shows only for most odd numbers beyond 16777216
    """
    at.number.change(kept, lambda held: int(struct.unpack("f", struct.pack("f", held))[0]))


@breaks("numbers", "record")
def number_loses_its_sign(at: Scene, kept: Value) -> None:
    """A negative number is kept without its sign.

    Breaks: {number.minimum}
    Harm: What was saved is another number, and the relation is of another kind.
    Hidden: shows only for negative numbers
    """
    at.number.change(kept, abs)


@breaks("numbers", "value")
def number_at_its_bound_refused(at: Scene, value: Value) -> None:
    """The largest number that fits is refused, as if the bound were the first that does not.

    Breaks: {number.maximum}
    Harm: What one program was told to store, another cannot save again.
    Hidden: shows only for the largest number
    """
    for target in at.numbers:
        most = keyword(at.document, target.pointers, "maximum")
        if most is not None and target.of(value) == most:
            raise ProblemError(400, f"found {most}; expected less")
