"""Saving that lasts: many requests in one transaction, and each is told only after the commit.

A commit waits for the disk; whatever arrives meanwhile goes into the next one. Where the disk was quick of late, the
event loop commits by itself what one of its turns brought, since to wake a thread and to be woken by it costs more than
that. Where it was not, or somebody else is writing, a thread does it. Reading goes on beside both.
"""

import asyncio
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple

from relation_spec.server.storage import MEMORY, Place, Record, Saving, carry_out, key_of, open_database, read, reopened

__all__ = ["BusyError", "Store", "StoreError"]

_MOST: Final = 256  # jobs after which a transaction takes no more: enough to make the disk's wait small for each
_READERS: Final = 2
_BUSY: Final = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY_RECOVERY"})
# SQLite's own, and what sqlite3 says of values that it cannot take; the thread must outlive them all
_FAULTS: Final = (sqlite3.Error, ArithmeticError, TypeError, ValueError)
_HARMLESS: Final = _BUSY | {"SQLITE_FULL"}  # after these the connection is as good as before
_QUICK: Final = 0.001  # seconds of a transaction for which an event loop may stand still
_WEIGHT: Final = 0.2  # of the last transaction in the mean of all
_NAP: Final = 0.0001  # seconds until a lock is asked for again: a transaction of another process takes about two
_NAPS: Final = 10  # of an event loop, before it leaves the waiting to the thread
_LONGEST_NAP: Final = 0.001  # looking costs little, and who looks seldom is overtaken by the others


class StoreError(Exception):
    """The database did not save or read, for a reason of its own."""


class BusyError(StoreError):
    """The database is locked by somebody else, or too many are waiting: later it may work."""


class _Job(NamedTuple):
    asked: Saving | int  # what to save, or the number of a record to read
    future: "asyncio.Future[Record | None]"
    loop: asyncio.AbstractEventLoop


_Queue = SimpleQueue[list[_Job] | None]
_Outcome = tuple[_Job, Record | None, StoreError | None]


class _State:
    """What event loops and the writing thread share.

    Attributes:
        gate: held by whoever writes.
        waiting: jobs that nobody has been told of.
        pace: seconds that transactions took of late.
    """

    def __init__(self) -> None:
        self.gate, self.waiting, self.pace = threading.Lock(), 0, 1.0

    def took(self, seconds: float) -> None:
        """A transaction took so long."""
        self.pace += (seconds - self.pace) * (_WEIGHT if self.pace < 1 else 1)


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
        self._state = _State()
        self._gathered: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
        # in memory there is one connection, and whoever holds the gate uses it
        self._own: sqlite3.Connection | None = connection if place.path == MEMORY else None
        self._naps = 0
        self._thread = threading.Thread(
            target=_write,
            args=(self._queue, connection, place, self._state),
            name="relation-spec-writer",
            daemon=True,
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
        return await self._submit(saving)

    async def read(self, identity: int) -> Record | None:
        """The record of that number, or None.

        Raises:
            StoreError: where the database cannot be read.
        """
        if self._place.path == MEMORY:
            return await self._submit(identity)
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

    def _submit(self, asked: Saving | int) -> "asyncio.Future[Record | None]":
        state = self._state
        if state.waiting >= self._most_waiting:
            raise BusyError("too many requests are waiting for the disk")
        if not self._end.alive:
            raise StoreError("the server has stopped")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Record | None] = loop.create_future()
        state.waiting += 1
        job, gathered = _Job(asked, future, loop), self._gathered.get(loop)
        if gathered is None:
            self._gathered[loop] = [job]
            loop.call_soon(self._hand_over, loop)
        else:
            gathered.append(job)
        return future

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """Commit what one turn of the event loop brought, or give it all to the writing thread."""
        if (gathered := self._gathered.get(loop)) is None:
            return
        state = self._state
        if state.pace < _QUICK and self._naps < _NAPS and state.gate.acquire(blocking=False):
            try:
                outcomes = self._committed(gathered)
            finally:
                state.gate.release()
            if outcomes is None:
                self._naps += 1
                time.sleep(_NAP)
                loop.call_soon(self._hand_over, loop)  # what comes meanwhile is saved, too
                return
            if outcomes:
                self._naps = 0
                del self._gathered[loop]
                _settle(state, outcomes)
                return
        self._naps = 0
        del self._gathered[loop]
        self._queue.put(gathered)

    def _committed(self, batch: list[_Job]) -> list[_Outcome] | None:
        """What came of a batch; None where somebody else is writing; nothing after any fault, which is for the thread
        to see again, and to tell.
        """
        try:
            if self._own is None:
                self._own = reopened(self._place._replace(wait=0))
            if not _begun(self._own):
                return None
            began = time.perf_counter()
            results = _commit(self._own, batch)
        except _FAULTS:
            self._state.pace = 1.0
            if self._own is not None and self._place.path != MEMORY:
                self._own.close()
                self._own = None
            return []
        self._state.took(time.perf_counter() - began)
        return [(job, result, None) for job, result in zip(batch, results, strict=True)]

    def close(self) -> None:
        """Finish what was taken, and close the database."""
        for gathered in self._gathered.values():
            self._queue.put(gathered)
        self._gathered.clear()
        if self._end.alive:
            self._end()
        self._thread.join(60)
        if self._readers is not None:
            self._readers.shutdown()
        if self._own is not None:
            self._opened.append(self._own)
            self._own = None
        for connection in self._opened:
            connection.close()
        self._opened.clear()


def _told(error: Exception) -> StoreError:
    return (BusyError if _name(error) in _BUSY else StoreError)(str(error))


def _write(queue: _Queue, connection: sqlite3.Connection | None, place: Place, state: _State) -> None:
    """The writing thread: until None comes, all that waits goes into one transaction after the other."""
    quickly = place._replace(wait=0)
    if connection is not None and place.path != MEMORY:
        connection.execute("PRAGMA busy_timeout=0")  # the waiting is done here, in shorter steps
    going = True
    while going:
        batch, going = _next(queue)
        if not batch:
            continue
        with state.gate:
            try:
                connection = connection or reopened(quickly)
                _begin(connection, place.wait)
                began = time.perf_counter()
                results = _commit(connection, batch)
                state.took(time.perf_counter() - began)
                outcomes: list[_Outcome] = [(job, result, None) for job, result in zip(batch, results, strict=True)]
            except _FAULTS as error:
                told = _told(error)
                outcomes = [(job, None, told) for job in batch]
                if place.path != MEMORY and connection is not None and _name(error) not in _HARMLESS:
                    connection.close()
                    connection = None  # the next batch starts afresh
        _tell(state, outcomes)
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


def _begun(connection: sqlite3.Connection) -> bool:
    """Whether a transaction began; not while somebody else writes."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if _name(error) in _BUSY:
            return False
        raise
    return True


def _begin(connection: sqlite3.Connection, wait: float) -> None:
    """Begin a transaction, for which others who write are waited for."""
    until, nap = time.monotonic() + wait, _NAP
    while not _begun(connection):
        if time.monotonic() > until:
            connection.execute("BEGIN IMMEDIATE")  # says once more why not
            return
        time.sleep(nap)
        nap = min(nap * 1.5, _LONGEST_NAP)


def _commit(connection: sqlite3.Connection, batch: list[_Job]) -> list[Record | None]:
    """The results of a batch in the transaction that has begun, all of it on disk."""
    try:
        results = carry_out(connection, [job.asked for job in batch])
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.rollback()
    return results


def _tell(state: _State, outcomes: list[_Outcome]) -> None:
    """Wake those who wait, with one call for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome[0].loop, []).append(outcome)
    for loop, told in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, state, told)
        except RuntimeError:  # the loop was closed; nobody waits any more
            state.waiting -= len(told)


def _settle(state: _State, outcomes: list[_Outcome]) -> None:
    state.waiting -= len(outcomes)
    for job, result, fault in outcomes:
        if job.future.done():
            continue
        if fault is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(fault)
