"""Saving that lasts: one thread writes, many requests in one transaction, and each is told only after the commit.

A commit waits for the disk, which costs far more than the rows in it; whatever arrives meanwhile goes into the next
one. Reading goes on beside it, on connections of its own.
"""

import asyncio
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple

from relation_spec.server.storage import MEMORY, Place, Record, Saving, key_of, open_database, read, reopened, save

__all__ = ["BusyError", "Store", "StoreError"]

_MOST: Final = 256  # jobs after which a transaction takes no more: enough to make the disk's wait small for each
_READERS: Final = 2
_BUSY: Final = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY_RECOVERY"})
# SQLite's own, and what sqlite3 says of values that it cannot take; the thread must outlive them all
_FAULTS: Final = (sqlite3.Error, ArithmeticError, TypeError, ValueError)
_HARMLESS: Final = _BUSY | {"SQLITE_FULL"}  # after these the connection is as good as before


class StoreError(Exception):
    """The database did not save or read, for a reason of its own."""


class BusyError(StoreError):
    """The database is locked by somebody else, or too many are waiting: later it may work."""


class _Job(NamedTuple):
    work: Callable[[sqlite3.Connection], Any]
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


_Queue = SimpleQueue[list[_Job] | None]


class Store:
    """The records of one database.

    Args:
        place: where the database lies.
        records: those that a new database begins with.
        most_waiting: more requests that wait for the disk are turned away.

    Attributes:
        key: the key with which sessions are signed.

    Raises:
        UnusableDatabaseError: for a file that cannot be used.
    """

    def __init__(self, place: Place, records: Callable[[], Iterable[Record]], most_waiting: int) -> None:
        self._place, self._most_waiting = place, most_waiting
        connection = open_database(place, records)
        self.key = key_of(connection)
        self._queue: _Queue = SimpleQueue()
        self._waiting = 0
        self._gathered: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
        self._thread = threading.Thread(
            target=_write, args=(self._queue, connection, place), name="relation-spec-writer", daemon=True
        )
        self._thread.start()
        self._readers: ThreadPoolExecutor | None = None
        self._connections = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._end = weakref.finalize(self, self._queue.put, None)

    async def save(self, saving: Saving) -> Record | None:
        """Save; when this returns, the record is on disk. None where no record has the number.

        Raises:
            StoreError: where nothing was saved.
        """
        saved: Record | None = await self._submit(partial(_saved, saving))
        return saved

    async def read(self, identity: int) -> Record | None:
        """The record of that number, or None.

        Raises:
            StoreError: where the database cannot be read.
        """
        if self._place.path == MEMORY:
            found: Record | None = await self._submit(partial(_found, identity))
            return found
        if self._readers is None:
            self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="relation-spec-reader")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, identity)

    def _read(self, identity: int) -> Record | None:
        try:
            connection = getattr(self._connections, "held", None)
            if connection is None:
                connection = self._connections.held = reopened(self._place)
                self._opened.append(connection)
            return read(connection, identity)
        except sqlite3.Error as error:
            raise _told(error) from None

    def _submit(self, work: Callable[[sqlite3.Connection], Any]) -> "asyncio.Future[Any]":
        if self._waiting >= self._most_waiting:
            raise BusyError("too many requests are waiting for the disk")
        if not self._end.alive:
            raise StoreError("the server has stopped")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting += 1
        future.add_done_callback(self._done)
        job, gathered = _Job(work, future, loop), self._gathered.get(loop)
        if gathered is None:
            self._gathered[loop] = [job]
            loop.call_soon(self._hand_over, loop)
        else:
            gathered.append(job)
        return future

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give the writing thread all that one turn of the event loop brought, at once: to wake it costs something."""
        if (gathered := self._gathered.pop(loop, None)) is not None:
            self._queue.put(gathered)

    def _done(self, _: "asyncio.Future[Any]") -> None:
        self._waiting -= 1

    def close(self) -> None:
        """Finish what was taken, and close the database."""
        for loop in list(self._gathered):
            self._hand_over(loop)
        if self._end.alive:
            self._end()
        self._thread.join(60)
        if self._readers is not None:
            self._readers.shutdown()
        for connection in self._opened:
            connection.close()
        self._opened.clear()


def _saved(saving: Saving, connection: sqlite3.Connection) -> Record | None:
    return save(connection, saving)


def _found(identity: int, connection: sqlite3.Connection) -> Record | None:
    return read(connection, identity)


def _told(error: Exception) -> StoreError:
    return (BusyError if _name(error) in _BUSY else StoreError)(str(error))


def _write(queue: _Queue, connection: sqlite3.Connection | None, place: Place) -> None:
    """The writing thread: until None comes, all that waits goes into one transaction after the other."""
    going = True
    while going:
        batch, going = _next(queue)
        outcomes: list[tuple[_Job, Any, StoreError | None]] = []
        try:
            connection = connection or reopened(place)
            outcomes = [(job, result, None) for job, result in zip(batch, _commit(connection, batch), strict=True)]
        except _FAULTS as error:
            told = _told(error)
            outcomes = [(job, None, told) for job in batch]
            if place.path != MEMORY and connection is not None and _name(error) not in _HARMLESS:
                connection.close()
                connection = None  # the next batch starts afresh
        _tell(outcomes)
    if connection is not None:
        connection.close()


def _name(error: Exception) -> str:
    return getattr(error, "sqlite_errorname", "")


def _next(queue: _Queue) -> tuple[list[_Job], bool]:
    """What waits, at least one job unless the end has come; and whether it has not."""
    batch: list[_Job] = []
    jobs = queue.get()
    while jobs is not None:
        batch += jobs
        if len(batch) >= _MOST:
            return batch, True
        try:
            jobs = queue.get_nowait()
        except Empty:
            return batch, True
    return batch, False


def _commit(connection: sqlite3.Connection, batch: list[_Job]) -> list[Any]:
    """The results of a batch, all of it on disk."""
    if not batch:
        return []
    try:
        connection.execute("BEGIN IMMEDIATE")
        results = [job.work(connection) for job in batch]
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.rollback()
    return results


def _tell(outcomes: list[tuple[_Job, Any, StoreError | None]]) -> None:
    """Wake those who wait, with one call for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Job, Any, StoreError | None]]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome[0].loop, []).append(outcome)
    for loop, told in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, told)
        except RuntimeError:  # the loop was closed; nobody waits any more
            continue


def _settle(outcomes: list[tuple[_Job, Any, StoreError | None]]) -> None:
    for job, result, fault in outcomes:
        if job.future.done():
            continue
        if fault is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(fault)
