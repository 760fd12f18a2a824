"""What the message of a failure sets side by side: what was expected and what was found.

In: a message, which says ``found X; expected Y`` or has another form of the table. Out: both, and how they differ.
"""

import re
from difflib import SequenceMatcher
from typing import Final, NamedTuple

__all__ = ["Comparison", "Part", "compared", "marked"]

_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_LONGEST_MARKED: Final = 400

# each form with what its two sides are; the text before, which tells the case and the place, does not count
_FORMS: Final = tuple(
    (re.compile(rf"(?:^|: )(?:/\S*:? )?{pattern}$"), expected, found)
    for pattern, expected, found in (
        (r"sent (?P<e>.*?),? and found (?P<f>.*?)(?: at character \d+)?", "sent", "came back"),
        (r"found (?P<f>.*?)(?: outside the selection)?; expected (?P<e>.*)", "expected", "found"),
        (r"found (?P<f>.*?); the full answer has (?P<e>.*)", "in the full answer", "in the selection"),
        (r"found (?P<f>.*?); documented are (?P<e>.*)", "documented", "found"),
        (r"found (?P<f>.*?); (?P<e>RFC \d+ section [\d.]+ expects one .*)", "expected", "found"),
        (r"found (?P<e>.*?),? and (?P<f>.*?)(?: at character \d+)?", "in one answer", "in the other"),
        (r"the property (?P<e>.*?) is missing; expected it here", "expected", "found"),
        (r"(?P<e>\"[^\"]*\") is missing in one of two answers", "in one answer", "in the other"),
        (r"is still (?P<f>.*)", "expected", "found"),
        (r"found (?P<f>.*)", "expected", "found"),
    )
)


class Part(NamedTuple):
    """A piece of a text, and whether it differs from the other text."""

    text: str
    differs: bool


class Comparison(NamedTuple):
    """Two sides, each None where the message does not tell it, and what each is called."""

    expected: str | None
    found: str | None
    expected_is: str = "expected"
    found_is: str = "found"


def compared(message: str) -> Comparison:
    """What a message compares; both sides are None where it compares nothing."""
    # quoted texts may hold anything, so that the forms are sought with their letters blotted out
    blank = _QUOTED.sub(lambda quoted: '"' + "x" * (len(quoted.group()) - 2) + '"', message)
    for pattern, expected_is, found_is in _FORMS:
        held = pattern.search(blank)
        if held is not None:
            sides = {name: message[slice(*held.span(name))] for name in held.groupdict()}
            return Comparison(sides.get("e"), sides.get("f", "nothing"), expected_is, found_is)
    return Comparison(None, None)


def marked(one: str, other: str) -> tuple[list[Part], list[Part]]:
    """Both texts in parts, those marked that the other does not have; none where they share little."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if max(len(one), len(other)) > _LONGEST_MARKED or matcher.ratio() < 0.5:
        return [Part(one, False)], [Part(other, False)]
    left, right = [], []
    for kind, a, b, c, d in matcher.get_opcodes():
        left += [Part(one[a:b], kind != "equal")] if a < b else []
        right += [Part(other[c:d], kind != "equal")] if c < d else []
    return left, right
