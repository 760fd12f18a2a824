"""The contract with nothing left that only this package understands: what other tools can generate from, and hold to.

Each of our keywords that a server enforces becomes plain JSON Schema, as exact as patterns can be, and what a server's
data or the schema of the answer decide is stated as a list: which ids there are, and what can be selected. Everything
else stays as it is written.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import relation_spec
from relation_spec.contract import Document
from relation_spec.contract.pointer import split
from relation_spec.schema.selection import properties_of
from relation_spec.server.meaning import Meaning
from relation_spec.server.seeds import Seeds, examples_of

__all__ = ["exported"]

_Json = dict[str, Any]
_YEAR: Final = "(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_LEAP: Final = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29"
_DAY: Final = "((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
_CLOCK: Final = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET: Final = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_WEIGHT: Final = r"(;[qQ]=(0(\.[0-9]{0,3})?|1(\.0{0,3})?))?"
_DEEPEST: Final = 2  # names of a path that is stated to be selectable


def exported(contract: relation_spec.Contract) -> _Json:
    """The whole document, as JSON."""
    document = contract.document
    meaning = Meaning(document, document.operation())
    made = document.to_dict()
    _state_ids(made, document, meaning)
    _state_selection(made, document, meaning)
    _plain(made)
    return made


def _state_ids(made: _Json, document: Document, meaning: Meaning) -> None:
    """Write down which ids the server knows, since a request may name no others."""
    seeds = Seeds.load()
    seeds.learn(meaning)
    stored = {example.get(meaning.identity) for example in examples_of(document, meaning.operation)}
    known = {str(meaning.identity): [0, *sorted(filter(None, stored))]}
    for reference in meaning.references:
        # items that must fit another property are left out: no list can say when they do
        ids = [] if reference.where else sorted(int(key) for key in seeds.collections[reference.collection])
        known[reference.name] = ids if reference.required else [0, *ids]
    assert meaning.operation.request is not None
    for pointer in {media.schema or "" for media in meaning.operation.request.content.values()}:
        asked = _at(made, pointer)
        merged = _merged(made, asked)
        merged["properties"] |= {
            name: _merged(made, merged["properties"][name]) | {"enum": ids} for name, ids in known.items()
        }
        asked.clear()
        asked.update(merged)


def _merged(made: _Json, schema: _Json) -> _Json:
    """A schema in one piece with what it refers to, which has no keyword in common with it but properties."""
    if "$ref" not in schema:
        return schema
    base, own = _merged(made, _at(made, schema["$ref"][1:])), {**schema}
    del own["$ref"]
    if "unevaluatedProperties" in own:
        own["additionalProperties"] = own.pop("unevaluatedProperties")
    return {**base, **own, "properties": {**base.get("properties", {}), **own.get("properties", {})}}


def _state_selection(made: _Json, document: Document, meaning: Meaning) -> None:
    """Write down what can be selected; a query knows no list without items (RFC 6570 section 3.2.1)."""
    if (select := meaning.operation.select) is not None:
        schema = _at(made, select.pointer)["schema"]
        schema["minItems"] = 1
        schema["items"]["enum"] = sorted(_paths(document, (meaning.schema,), select.separator))


def _paths(document: Document, pointers: tuple[str, ...], separator: str, depth: int = _DEEPEST) -> Iterator[str]:
    for name, below in properties_of(document, pointers).items() if depth else ():
        yield name
        for path in _paths(document, below, separator, depth - 1):
            yield f"{name}{separator}{path}"


def _at(made: _Json, pointer: str) -> Any:
    held: Any = made
    for name in split(pointer):
        held = held[name]
    return held


def _plain(held: Any) -> None:
    """Say in plain words what the keywords of ours say, at every place below."""
    if isinstance(held, list):
        for below in held:
            _plain(below)
    if not isinstance(held, dict):
        return
    for below in held.values():
        _plain(below)
    if rules := held.get("x-date-time"):
        held["pattern"] = _date_time(rules)
    if names := held.get("x-flags"):
        one = "|".join(map(re.escape, names))
        held["pattern"] = f"^({one})(, ({one}))*$"
    if rules := held.get("x-language"):
        held["pattern"] = _languages(rules)
    if held.get("x-closed"):
        held["unevaluatedProperties" if "$ref" in held else "additionalProperties"] = False


def _date_time(rules: _Json) -> str:
    fraction = rf"(\.[0-9]{{1,{rules['fractionDigits']}}})?" if rules["fractionDigits"] else ""
    offset = _OFFSET + ("?" if rules["offset"] == "optional" else "")
    return f"^({_YEAR}-{_DAY}|{_LEAP})T{_CLOCK}{fraction}{offset}$"


def _languages(rules: _Json) -> str:
    code = "|".join("".join(f"[{letter}{letter.upper()}]" for letter in code) for code in rules["codes"])
    if not rules["list"]:
        return f"^({code})$"
    one = rf"(({code})(-[A-Za-z0-9]{{1,8}})*|\*){_WEIGHT}"
    return f"^{one}( ?, ?{one})*$"
