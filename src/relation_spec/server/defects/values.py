"""Defects: types, nulls, enums and flags in answers."""

from relation_spec.media.writing import write_json
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value
from relation_spec.server.meaning import keyword


@breaks("types", "answer")
def zero_as_null(at: Scene, value: Value) -> None:
    """A whole number that is zero comes back as null, which its type does not know.

    Breaks: {number.type}
    Harm: Programs that read the number as the contract types it crash.
    Hidden: shows only where the number is 0 or was left out
    """
    value[at.number.name] = at.number.of(value) or None


@breaks("types", "answer")
def null_as_word(at: Scene, value: Value) -> None:
    """A text that is null comes back as the word null.

    Breaks: {text.type}
    Harm: People read a remark that nobody wrote, and programs store it.
    Hidden: shows only where the text was left out
    """
    value[at.text.name] = "null" if at.text.of(value) is None else at.text.of(value)


@breaks("types", "answer")
def null_as_empty(at: Scene, value: Value) -> None:
    """A text that was sent empty comes back as null.

    Breaks: {text}
    Harm: Programs cannot tell what was emptied from what was never there, and compare in vain.
    Hidden: shows only where the text is empty
    """
    value[at.text.name] = at.text.of(value) or None


@breaks("types", "answer")
def object_as_text(at: Scene, value: Value) -> None:
    """An object comes back as a text that holds its JSON.

    Breaks: {user.type}
    Harm: Programs that read a member of the object crash, or show brackets and quotes to people.
    """
    at.user.change(value, write_json)


@breaks("types", "answer")
def boolean_as_number(at: Scene, value: Value) -> None:
    """A boolean comes back as 0 or 1.

    Breaks: {boolean.type}
    Harm: Programs with types refuse the whole answer.
    """
    at.boolean.change(value, int)


@breaks("types", "answer")
def text_in_list(at: Scene, value: Value) -> None:
    """A text comes back within a list.

    Breaks: {text.type}
    Harm: Programs that show the text crash, or show brackets.
    """
    at.text.change(value, lambda held: [held])


@breaks("types", "answer")
def no_object_as_list(at: Scene, value: Value) -> None:
    """An object that is null comes back as an empty list.

    Breaks: {object.type}
    Harm: Programs with types refuse the whole answer.
    """
    value[at.object.name] = at.object.of(value) or []


@breaks("enums", "answer")
def enum_in_small_letters(at: Scene, value: Value) -> None:
    """A name out of a fixed list comes back in small letters.

    Breaks: {enum.enum}
    Harm: Programs do not know the name, and take the user for one of another kind.
    """
    at.enum.change(value, str.lower)


@breaks("enums", "answer")
def enum_as_number(at: Scene, value: Value) -> None:
    """A name out of a fixed list comes back as its place in the list.

    Breaks: {enum.type}
    Harm: Programs crash, or count from another end and take the user for one of another kind.
    """
    names = keyword(at.document, at.enum.pointers, "enum")
    at.enum.change(value, names.index)


@breaks("enums", "answer")
def enum_from_a_later_version(at: Scene, value: Value) -> None:
    """A name comes back that is not in the fixed list.

    Breaks: {enum.enum}
    Harm: Programs that know the list refuse the whole answer.
    """
    at.enum.change(value, lambda held: f"{held}2")


@breaks("enums", "answer")
def flags_joined_by_bars(at: Scene, value: Value) -> None:
    """Several flags come back joined by a bar, as C writes them.

    Breaks: {flags.x-flags}
    Harm: Programs find none of the rights, and hide what the user may do.
    """
    at.flags.change(value, lambda held: " | ".join([held, *keyword(at.document, at.flags.pointers, "x-flags")][:2]))


@breaks("enums", "answer")
def flags_as_number(at: Scene, value: Value) -> None:
    """Flags come back as the number that their names stand for.

    Breaks: {flags.type}
    Harm: Programs find none of the rights, and hide what the user may do.
    """
    numbers = keyword(at.document, at.flags.pointers, "x-flags")
    at.flags.change(value, lambda held: sum(numbers.get(name, 0) for name in held.split(", ")))
