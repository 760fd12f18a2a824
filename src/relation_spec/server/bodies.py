"""The bodies of requests: read in bounded time and memory, and decoded to values by the contract."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

from relation_spec.contract import Body, Document
from relation_spec.limits import MAX_CACHED_CONTENT_TYPES
from relation_spec.media import charset, json_text, media_type
from relation_spec.media.reading import UNREADABLE
from relation_spec.messages.decoding import Decoder

__all__ = ["BodyTooLargeError", "Budget", "GoneError", "Incoming", "Reader", "SlowError"]

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_DISCARDED: Final = 256 * 1024 * 1024  # bytes of a refused body that are read to get the answer through


class BodyTooLargeError(Exception):
    """The body, or all bodies together, are longer than the server takes; ``busy`` tells the second."""

    def __init__(self, *, busy: bool) -> None:
        self.busy = busy
        super().__init__("too many bodies at once" if busy else "the body is too long")


class SlowError(Exception):
    """The body did not come in time."""


class GoneError(Exception):
    """The client left before its request was whole."""


class Budget:
    """How many bytes of bodies may be held at once."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, size: int) -> bool:
        """Whether there is room for so many bytes more, which then count as held."""
        if size > self._left:
            return False
        self._left -= size
        return True

    def give(self, size: int) -> None:
        """So many bytes are held no longer."""
        self._left += size


class Incoming:
    """The body of one request as it comes.

    Args:
        receive: the ASGI callable.
        budget: shared by all requests.

    Attributes:
        ended: whether all of it has come, or nothing more will.
        body: all of it, once it was read.
    """

    def __init__(self, receive: Receive, budget: Budget) -> None:
        self._receive, self._budget, self._held, self._late = receive, budget, 0, False
        self.ended = False
        self.body: bytes | None = None

    async def read(self, announced: int | None, most: int, seconds: float) -> bytes:
        """All of it.

        Raises:
            BodyTooLargeError: for more than ``most`` bytes, as soon as that is known.
            SlowError: where it takes longer than ``seconds``.
            GoneError: where the client leaves.
        """
        if self.body is not None:
            return self.body
        if announced is not None and announced > most:
            raise BodyTooLargeError(busy=False)
        pieces: list[bytes] = []
        late = asyncio.get_running_loop().call_later(seconds, self._too_late, asyncio.current_task())
        try:  # as asyncio.timeout would, for a fifth of its cost
            while not self.ended:
                piece = await self._next()
                self._hold(len(piece), most)
                pieces.append(piece)
        except asyncio.CancelledError:
            if self._late and (task := asyncio.current_task()) is not None and task.uncancel() == 0:
                raise SlowError from None
            raise
        finally:
            late.cancel()
        self.body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        return self.body

    def _too_late(self, task: "asyncio.Task[Any] | None") -> None:
        self._late = True
        if task is not None:
            task.cancel()

    def _hold(self, size: int, most: int) -> None:
        if self._held + size > most:
            raise BodyTooLargeError(busy=False)
        if not self._budget.take(size):
            raise BodyTooLargeError(busy=True)
        self._held += size

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] != "http.request":
            self.ended = True
            raise GoneError
        self.ended = not message.get("more_body", False)
        piece: bytes = message.get("body", b"")
        return piece

    def release(self) -> None:
        """The body is held no longer."""
        self._budget.give(self._held)
        self._held = 0

    async def discard(self, seconds: float) -> None:
        """Read what is still to come and keep nothing: a client that sends must first be able to read its answer."""
        left = _DISCARDED
        try:
            async with asyncio.timeout(seconds):
                while not self.ended and left > 0:
                    left -= len(await self._next())
        except (TimeoutError, GoneError):
            return


class Reader:
    """Decodes the valid bodies of one operation's requests."""

    def __init__(self, document: Document, described: Body) -> None:
        self._decoders = {name: Decoder(document, media) for name, media in described.content.items()}
        self._known: dict[str, tuple[Decoder, str | None]] = {}

    def value(self, body: bytes, fields: Mapping[str, list[str]]) -> Any:
        """The value of a body that was found valid under the Content-Type in ``fields``."""
        found = self._found(next(iter(fields.get("content-type", ())), ""))
        if found is None:
            return None
        decoder, named = found
        if decoder.kind == "json":
            return json_text.decode(charset.decode(body, named).text)[0]
        if decoder.kind is None:
            return None
        value = decoder.value(body, named)
        return decoder.read(body, named).value if value is UNREADABLE else value

    def _found(self, content_type: str) -> tuple[Decoder, str | None] | None:
        """What decodes bodies of a Content-Type, and the charset that it names."""
        found = self._known.get(content_type)
        if found is None:
            parsed = media_type.parse(content_type)
            name = media_type.match(parsed, self._decoders) if parsed else None
            if parsed is None or name is None:
                return None
            found = self._decoders[name], parsed.parameters.get("charset")
            if len(self._known) < MAX_CACHED_CONTENT_TYPES:
                self._known[content_type] = found
        return found
