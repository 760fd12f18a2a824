"""Defects: what depends on earlier requests, and on time."""

import json

from relation_spec.messages.message import Request
from relation_spec.server.answering import ProblemError
from relation_spec.server.committing import Store
from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value
from relation_spec.server.storage import Record, Saving

_LONG = 500  # characters
_SECONDS = 3.0


def _count(at: Scene) -> int:
    at.memory["count"] = at.memory.get("count", 0) + 1
    return int(at.memory["count"])


@breaks("state", "user")
def fails_after_a_hundred(at: Scene, user: str | None, request: Request) -> str | None:
    """After a hundred requests the server fails, as if it had run out of connections.

    Breaks: {success}
    Harm: Nobody can work until somebody starts the server again.
    Hidden: shows only after 100 requests
    """
    if _count(at) > 100:
        raise ProblemError(500, "no connection is left in the pool")
    return user


@breaks("state", "user")
def every_tenth_fails(at: Scene, user: str | None, request: Request) -> str | None:
    """Every tenth request fails, as if one of ten servers were broken.

    Breaks: {success}
    Harm: Saving fails now and then, and nobody can say when.
    Hidden: shows in one request of ten
    """
    if _count(at) % 10 == 0:
        raise ProblemError(500, "the connection was lost")
    return user


@breaks("state", "user")
def first_user_remembered(at: Scene, user: str | None, request: Request) -> str | None:
    """The first user who comes in is taken for everybody after.

    Breaks: {user.x-value}
    Harm: Changes are put down to somebody who did not make them, and rights are somebody else's.
    Hidden: shows only when a second user comes
    """
    return at.memory.setdefault("user", user) if user is not None else None


@breaks("state", "answer")
def text_left_over(at: Scene, value: Value) -> None:
    """Where a text is null, that of the answer before it is shown, whoever asked for that.

    Breaks: {text}
    Harm: People read what others wrote and what they may not see.
    Hidden: shows only when one record has a text and the next has none
    """
    shown = at.text.of(value)
    value[at.text.name] = at.memory.get("text") if shown is None else shown
    at.memory["text"] = shown


@breaks("time", "save")
async def slow_on_long_text(at: Scene, saving: Saving, store: Store) -> Record | None:
    """A long text takes three seconds to save.

    Breaks: {text}
    Harm: People think that saving failed, and save again.
    Hidden: shows only for texts of more than 500 characters
    """
    if len(at.text.of(json.loads(saving.value)) or "") > _LONG:
        await at.pause(_SECONDS)
    return await store.save(saving)
