"""Save the same relations through every media type, and read them back through every one: all must be the same.

    python tools/server/parity.py --count 500

For each generated relation, every media type of requests is sent with every media type of answers accepted, to a server
in this process that judges its own answers. What is answered, decoded, must be the same each time but for the number,
the link and the dates of the record, and must read back by the link. Exit status 1 on any difference.
"""

import argparse
import asyncio
import random
import sys
from typing import Any

import httpx

import relation_spec
from relation_spec.media import json_text, media_type
from relation_spec.messages.decoding import Decoder
from relation_spec.schema.json_type import json_equal
from relation_spec.server import create_app
from relation_spec.server.meaning import Meaning, keyword

TEXTS = ["", " ", "est", "  spaces  ", "null", "true", "12", "a\nb\tc", "<b>&amp;</b>", "]]>", "æøå ß €", "東京"]
TEXTS += ["😀👩‍👩‍👧", "%41+&=;[x]", "\u200b\u202e", "x" * 5000]


def relation(rng: random.Random, contract: relation_spec.Contract) -> dict[str, Any]:
    """A relation that refers to what is there, with all kinds of texts and numbers."""
    meaning = Meaning(contract.document, contract.document.operation())
    value: dict[str, Any] = {}
    references = {reference.name for reference in meaning.references}
    for prop in meaning.answered:
        if prop.name not in meaning.kept or prop.name in references or rng.random() < 0.1:
            continue
        kind = keyword(contract.document, prop.pointers, "type")
        if kind == "integer":
            value[prop.name] = rng.choice([0, 1, -1, 2**31 - 1, -(2**31), rng.randrange(10**6)])
        else:
            value[prop.name] = rng.choice([None, *TEXTS, "".join(rng.choices(TEXTS[10] + TEXTS[7] + "abc", k=20))])
    people = {1: [0, 1, 2], 2: [0, 3], 874: [0, 901], 955: [0, 650], 10: [11, 12]}
    ids = iter(rng.choice([[1, 2], [874, 955], [10, 874], [2, 2]]))
    contact = 0
    for reference in meaning.references:
        contact = rng.choice(people[contact]) if reference.where else next(ids)
        value[reference.name] = contact
    return value


class Parity:
    """Sends, decodes and compares."""

    def __init__(self, contract: relation_spec.Contract) -> None:
        self.contract, self.operation = contract, contract.document.operation()
        self.app = create_app(contract=contract, check=True)
        body = self.operation.response(200)
        assert body is not None
        self.decoders = {name: Decoder(contract.document, media) for name, media in body.content.items()}
        meaning = Meaning(contract.document, self.operation)
        self.stamps = {p.name for p in meaning.answered if p.source.get("from") in ("identity", "clock", "links")}
        self.exchanges, self.wrong = 0, []

    def decoded(self, answer: httpx.Response) -> Any:
        parsed = media_type.parse(answer.headers["content-type"])
        assert parsed is not None
        decoder = self.decoders[parsed.name]
        return json_text.decode(answer.text)[0] if decoder.kind == "json" else decoder.read(answer.content, None).value

    def plain(self, value: dict[str, Any]) -> dict[str, Any]:
        return {name: held for name, held in value.items() if name not in self.stamps}

    async def hold(self, client: httpx.AsyncClient, value: dict[str, Any]) -> None:
        assert self.operation.request is not None
        expected = None
        for sent in self.operation.request.content:
            encoded = self.contract.encode_request_body(value, sent)
            for accepted in self.decoders:
                self.exchanges += 1
                headers = {"Content-Type": sent, "Accept": accepted}
                answer = await client.post(self.operation.path, content=encoded, headers=headers)
                if answer.status_code != 200:
                    self.wrong.append(f"{sent} {accepted}: {answer.status_code} {answer.text[:300]}")
                    continue
                told = self.decoded(answer)
                expected = expected or self.plain(told)
                kept = {name: told[name] for name in value if value[name] is not None}
                if not json_equal(self.plain(told), expected) or any(kept[name] != value[name] for name in kept):
                    self.wrong.append(f"{sent} {accepted}: {told} is not {expected}, from {value}")
                link = next(held for held in told.values() if isinstance(held, dict) and "Self" in held)["Self"]
                other = random.choice(list(self.decoders))
                again = self.decoded(await client.get(link, headers={"Accept": other}))
                if not json_equal(again, told):
                    self.wrong.append(f"{sent} {accepted}, read as {other}: {again} is not {told}")

    async def run(self, count: int, seed: int) -> None:
        rng = random.Random(seed)
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://crm", auth=("demo", "demo")) as client:
            for _ in range(count):
                await self.hold(client, relation(rng, self.contract))
        self.app.state.store.close()
        self.wrong += [f"breach: {report}" for report in self.app.state.service.breaches]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    parity = Parity(relation_spec.load())
    asyncio.run(parity.run(options.count, options.seed))
    print(f"{options.count} relations, {parity.exchanges} saved and read back: {len(parity.wrong)} differences")
    print("\n".join(parity.wrong[:10]))
    return 1 if parity.wrong or not parity.exchanges else 0


if __name__ == "__main__":
    sys.exit(main())
