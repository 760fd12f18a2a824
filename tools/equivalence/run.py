"""Hold every export against this package: over many payloads, judged by validators of others, the verdicts must agree.

    python -m tools.equivalence.run [--count 20000] [--seed 1] [--only NAME] [--side SIDE] [--spec PATH]

From the project's folder, by a Python that has this package with its ``dev`` extras; with ``npm ci`` run in this folder
Ajv judges too. For each side there are so many payloads: a quarter valid, nearly all others with exactly one rule
broken, and some broken in their text alone. Where a validator takes what this package finds invalid, every error must
be one that the header of the export lists; where it refuses what is valid, it must take the payload once that is gone
which the header says is refused. Every entry of the headers must be seen, and every warning be listed. Prints a table
for each export, and every difference that is not explained; exit status 1 on any.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import jsonschema_rs

import relation_spec
from relation_spec import export
from relation_spec.contract import Body, MediaType, Operation, Side
from relation_spec.contract.pointer import join
from relation_spec.export import Exported, Unsaid
from relation_spec.media import media_type
from relation_spec.strategies.samples import message_samples
from relation_spec.strategies.values import valid_value
from tools.equivalence.comparing import Outcome, compare, table
from tools.equivalence.milder import milder_json, milder_xml
from tools.equivalence.payloads import Payload, in_xml, large, payloads, xml_payloads
from tools.equivalence.validators import Validator, json_validators, openapi_validators, xml_validators

SIDES: Final[tuple[Side, ...]] = ("request", "response")
MANY: Final = 10_000


class Target(NamedTuple):
    """One body of the contract: its side and status, and how calls name it."""

    side: Side
    status: int
    field: tuple[str, ...]
    body: Body
    operation: Operation

    @property
    def place(self) -> dict[str, Any]:
        """The arguments that name it."""
        status = {"status": self.status} if self.side == "response" else {}
        return {"operation": self.operation.operation_id, **status}

    def media(self, is_kind: Callable[[str], bool]) -> MediaType | None:
        """Its first media type of a kind that has a schema."""
        return next((media for media in self.body.content.values() if media.schema and is_kind(media.name)), None)


def targets(contract: relation_spec.Contract) -> list[Target]:
    """Each body of the first operation, one for each schema."""
    operation = next(iter(contract.document.operations.values()))
    found = {}
    if operation.request is not None:
        found["request"] = Target("request", 0, ("requestBody",), operation.request, operation)
    for status, body in operation.responses.items():
        target = Target("response", int(status.replace("X", "0")), ("responses", status), body, operation)
        media = target.media(media_type.is_json)
        if media is not None and media.schema is not None:
            found.setdefault(contract.document.follow(media.schema), target)
    return list(found.values())


class Bodies(NamedTuple):
    """The payloads of one target and one kind of text, with this package's reports."""

    pointer: str
    payloads: list[Payload]
    reports: list[relation_spec.Report]


def bodies(
    contract: relation_spec.Contract, target: Target, count: int, seed: int, *, xml: bool, whole: bool
) -> Bodies | None:
    """``count`` payloads; with ``whole`` a huge one too."""
    media = target.media(media_type.is_xml if xml else media_type.is_json)
    if media is None or media.schema is None:
        return None
    side, place = target.side, target.place
    validate = contract.validate_request_body if side == "request" else contract.validate_response_body
    name = media.name
    quick = jsonschema_rs.validator_for(json.loads(export.json_schema(contract, side, **place).text("json")))

    def differs(value: Any) -> bool:
        try:
            return bool(quick.is_valid(value))
        except (OverflowError, UnicodeEncodeError, ValueError):
            return False

    if xml:
        made = payloads(
            contract.document, side, media.schema, count, seed,
            lambda value: in_xml(contract, side, value, name, **place) is not None, differs,
        )  # fmt: skip
        made = xml_payloads(contract, side, made, name, **place)
    else:
        made = payloads(contract.document, side, media.schema, count, seed, early=differs)
    found = list(made)
    if whole:
        clean = [p for p in found if p.kind == "valid" and not validate(p.body, name, **place).findings]
        found.append(large(clean, lambda body: bool(validate(body, name, **place)), xml=xml))
    reports = [validate(p.body, name, max_findings=MANY, **place) for p in found]
    return Bodies(join(target.operation.pointer, *target.field, "content", name, "schema"), found, reports)


def exports(contract: relation_spec.Contract, target: Target) -> Iterator[tuple[str, Exported]]:
    """Every export for one body, by its short name."""
    side, place = target.side, target.place
    yield "2020-12", export.json_schema(contract, side, dialect="2020-12", **place)
    yield "draft-07", export.json_schema(contract, side, dialect="draft-07", **place)
    yield "openapi-3.1", export.openapi(contract, version="3.1")
    yield "openapi-3.0", export.openapi(contract, version="3.0")
    if target.media(media_type.is_xml) is not None:
        yield "xsd-1.0", export.xsd(contract, side, version="1.0", **place)
        yield "xsd-1.1", export.xsd(contract, side, version="1.1", **place)


def validators(name: str, made: Exported, target: Target, pointer: str) -> list[Validator]:
    """Those of one export."""
    kind, _, version = name.partition("-")
    if kind == "xsd":
        return xml_validators(made, version)
    if kind == "openapi":
        return openapi_validators(made, version, target.side, pointer)
    return json_validators(made, name)


def outcomes(
    contract: relation_spec.Contract,
    target: Target,
    count: int,
    seed: int,
    only: Sequence[str] = (),
    *,
    whole: bool = True,
    without: Sequence[str] = (),
) -> Iterator[Outcome]:
    """What comes of each export; ``without`` names validators to leave out."""
    held: dict[bool, Bodies | None] = {}
    for name, made in exports(contract, target):
        if only and name not in only:
            continue
        xml = name.startswith("xsd")
        if xml not in held:
            held[xml] = bodies(contract, target, count, seed, xml=xml, whole=whole)
        found = held[xml]
        if found is None:
            continue
        entries = [entry for entry in made.not_enforced if entry.side == target.side and entry.kind != "message"]
        if not whole:
            entries = [entry for entry in entries if entry.code != "too-large"]
        judges = [one for one in validators(name, made, target, found.pointer) if one.name not in without]
        home = join(target.operation.pointer, target.field[0])
        outcome = compare(
            made, entries, judges, found.payloads, found.reports, milder_xml if xml else milder_json, home
        )
        yield outcome._replace(name=f"{name}: {outcome.name}", group=f"{name} {target.side}")


def message_entries(contract: relation_spec.Contract) -> list[Unsaid]:
    """The entries of OpenAPI exports about whole messages that no broken message shows."""
    wanted = [entry for entry in export.openapi(contract).not_enforced if entry.kind == "message"]
    seen = {
        (sample.breach.code, sample.breach.rule)
        for sample in message_samples(contract, "request", count=300, seed=1, invalid=True)
        if sample.breach is not None
    }
    operation = next(iter(contract.document.operations.values()))
    media = next((m for m in operation.response(200).content.values() if m.schema), None) if operation.select else None  # type: ignore[union-attr]
    if media is not None and media.schema is not None:
        value = valid_value(contract.document, "response", media.schema, random.Random(1), whole=True, clean=True)
        report = contract.validate_response_body(value, media.name, select=next(iter(value)))
        seen |= {(finding.code, finding.spec_pointer or "") for finding in report}
    return [entry for entry in wanted if not any(c == entry.code and r.startswith(entry.pointer) for c, r in seen)]


def main(arguments: Sequence[str]) -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="payloads for each side")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", action="append", default=[], help="one export, such as openapi-3.0; may be given again"
    )
    parser.add_argument("--side", choices=SIDES, help="the bodies of this side alone")
    parser.add_argument("--spec", help="another YAML than the bundled one")
    options = parser.parse_args(arguments)
    contract = relation_spec.load(options.spec)
    wrong = 0
    unseen: dict[str, set[Unsaid]] = {}
    for number, target in enumerate(targets(contract)):
        if options.side not in (None, target.side):
            continue
        count = options.count if number < len(SIDES) else max(options.count // 10, 500)
        for outcome in outcomes(contract, target, count, options.seed, options.only):
            print(table(outcome), flush=True)
            for line in outcome.unexplained[:10]:
                print(line)
            print()
            wrong += len(outcome.unexplained)
            left = set(outcome.unseen)
            # an OpenAPI document lists what concerns all bodies of a side
            one_of_many = outcome.group.startswith("openapi") and outcome.group in unseen
            unseen[outcome.group] = (
                unseen[outcome.group] & left if one_of_many else unseen.get(outcome.group, set()) | left
            )
    never = [f"{group}: {entry}" for group, entries in unseen.items() for entry in entries]
    never += [f"openapi: {entry}" for entry in message_entries(contract)]
    print("\n".join([f"{wrong} differences unexplained, {len(never)} entries of headers never seen", *never]))
    return 1 if wrong or never else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
