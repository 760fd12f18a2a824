"""Defects: what is stored, and what is read back."""

import json

from relation_spec.server.committing import Store
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value
from relation_spec.server.records import Draft
from relation_spec.server.storage import Record, Saving

_MOST = 1000  # records that a defect remembers
_KEPT = 20  # records that can be read back


def _with(saving: Saving, kept: Value) -> Saving:
    return saving._replace(value=Draft(None, kept).text())


@breaks("storage", "save")
async def write_lost(at: Scene, saving: Saving, store: Store) -> Record | None:
    """An update is answered as if it were stored, and is not.

    Breaks: {success}
    Harm: People see that their change was saved, and the next day it is gone.
    Hidden: shows only when a record is saved a second time and read back
    """
    if saving.identity is None:
        return await store.save(saving)
    held = await store.read(saving.identity)
    return held._replace(saved_at=saving.at, saved_by=saving.by) if held else None


@breaks("storage", "save")
async def update_creates(at: Scene, saving: Saving, store: Store) -> Record | None:
    """Saving a record a second time makes a new one.

    Breaks: {identity.x-value}
    Harm: Relations double with every change, and links lead to the old ones.
    Hidden: shows only when a record is saved a second time
    """
    known = saving.identity is None or await store.read(saving.identity)
    return await store.save(saving._replace(identity=None)) if known else None


@breaks("storage", "save")
async def number_reused(at: Scene, saving: Saving, store: Store) -> Record | None:
    """A new record gets the number of the one before it, every second time.

    Breaks: {identity.x-value}
    Harm: A new relation overwrites another one, which is gone for good.
    Hidden: shows only when two records are made one after the other
    """
    last = at.memory.pop("last", None)
    if saving.identity is None and last is not None:
        return await store.save(saving._replace(identity=last))
    record = await store.save(saving)
    if saving.identity is None and record is not None:
        at.memory["last"] = record.identity
    return record


@breaks("storage", "save")
async def stored_twice(at: Scene, saving: Saving, store: Store) -> Record | None:
    """A new record is stored twice, as after a retry.

    Breaks: {identity.x-value}
    Harm: Lists show every relation twice, and a change reaches only one of them.
    Hidden: shows only when numbers of two new records are compared
    """
    record = await store.save(saving)
    if saving.identity is None:
        await store.save(saving)
    return record


@breaks("storage", "save")
async def last_character_lost(at: Scene, saving: Saving, store: Store) -> Record | None:
    """The last character of a text is answered, and not stored.

    Breaks: {text}
    Harm: What people wrote loses a letter with every change.
    Hidden: shows only when a record is read back
    """
    kept = json.loads(saving.value)
    at.text.change(kept, lambda text: text[:-1])
    return await store.save(_with(saving, kept))


@breaks("storage", "save")
async def update_merges(at: Scene, saving: Saving, store: Store) -> Record | None:
    """What an update leaves out keeps its old value in the store, though the answer shows it empty.

    Breaks: {asked}
    Harm: What people deleted comes back.
    Hidden: shows only when a record is saved a second time with less in it, and read back
    """
    held = await store.read(saving.identity) if saving.identity is not None else None
    return await store.save(_with(saving, json.loads(held.value) | json.loads(saving.value)) if held else saving)


@breaks("storage", "read")
async def read_stale(at: Scene, identity: int, store: Store) -> Record | None:
    """What was read once is read from a cache that no update empties.

    Breaks: {success}
    Harm: People see their change vanish, and enter it again.
    Hidden: shows only when a record is read, saved and read again
    """
    if identity not in at.memory and len(at.memory) < _MOST:
        at.memory[identity] = await store.read(identity)
    return at.memory.get(identity) or await store.read(identity)


@breaks("storage", "save")
async def same_text_cleared(at: Scene, saving: Saving, store: Store) -> Record | None:
    """A text that an update leaves as it was is gone from the store, since only what changed is written.

    Breaks: {text}
    Harm: What people wrote vanishes when they change something else.
    Hidden: shows only when a record is saved a second time with the same text, and read back
    """
    held = await store.read(saving.identity) if saving.identity is not None else None
    kept = json.loads(saving.value)
    if held is None or at.text.of(kept) != at.text.of(json.loads(held.value)):
        return await store.save(saving)
    return await store.save(_with(saving, {name: one for name, one in kept.items() if name != at.text.name}))


@breaks("storage", "save")
async def updater_not_recorded(at: Scene, saving: Saving, store: Store) -> Record | None:
    """Whoever changes a record, its creator stays the one who changed it last.

    Breaks: {user.x-value}
    Harm: Changes are put down to somebody who did not make them.
    Hidden: shows only when another user saves a record a second time
    """
    held = await store.read(saving.identity) if saving.identity is not None else None
    return await store.save(saving._replace(by=held.created_by or saving.by) if held else saving)


@breaks("storage", "read")
async def gone_after_twenty(at: Scene, identity: int, store: Store) -> Record | None:
    """A record cannot be read any more once twenty newer ones are there.

    Breaks: {links.x-value}
    Harm: Links that programs keep lead nowhere, and people enter again what is stored.
    Hidden: shows only when a record is read back after twenty more were made
    """
    record = await store.read(identity)
    return record if record is None or await store.read(identity + _KEPT) is None else None
