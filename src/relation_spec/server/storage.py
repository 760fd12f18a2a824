"""The database: one SQLite file in WAL mode, made, recognised or refused, and the statements on it."""

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from relation_spec.contract import WrongCallError

__all__ = [
    "MEMORY",
    "Place",
    "Record",
    "Saving",
    "UnusableDatabaseError",
    "carry_out",
    "key_of",
    "open_database",
    "read",
    "reopened",
]

MEMORY: Final = ":memory:"
_APPLICATION: Final = 0x52_53_50_43  # the file says by this number (SQLite's application_id) whose it is
_VERSION: Final = 1
_LARGEST: Final = 2**63 - 1  # of SQLite's integers
_TOGETHER: Final = 64  # rows that one statement inserts: each statement gives the interpreter away and waits for it
_SCHEMA: Final = (
    """CREATE TABLE records (
        id INTEGER PRIMARY KEY, value TEXT NOT NULL,
        created_at TEXT NOT NULL, created_by TEXT, saved_at TEXT NOT NULL, saved_by TEXT
    )""",
    "CREATE TABLE keys (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
)


class UnusableDatabaseError(WrongCallError):
    """A file is no database of this server, or one of another version, or cannot be opened."""


class Record(NamedTuple):
    """A stored record: its number, its properties as JSON text, and who created and last saved it, and when."""

    identity: int
    value: str
    created_at: str
    created_by: str | None
    saved_at: str
    saved_by: str | None


class Saving(NamedTuple):
    """What is to be saved, under a number that exists or, with None, under a new one."""

    identity: int | None
    value: str
    at: str
    by: str | None


class Place(NamedTuple):
    """Where the database lies, how many seconds a locked one is waited for, and the most bytes it may have."""

    path: str
    wait: float
    most_bytes: int | None


def open_database(place: Place, records: Callable[[], Iterable[Record]]) -> sqlite3.Connection:
    """A connection to the database, which is made, with ``records`` in it, where there is none.

    Raises:
        UnusableDatabaseError: for anything else than a database of this version.
    """
    try:
        connection = _connect(place)
    except sqlite3.Error as error:
        raise UnusableDatabaseError(f"the database {place.path} cannot be opened: {error}") from None
    try:
        if not _is_ours(connection, place.path):
            _create(connection, place.path, records)
    except sqlite3.Error as error:
        connection.close()
        raise UnusableDatabaseError(f"the database {place.path} cannot be used: {error}") from None
    except UnusableDatabaseError:
        connection.close()
        raise
    return connection


def _connect(place: Place) -> sqlite3.Connection:
    connection = sqlite3.connect(place.path, timeout=place.wait, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        if place.most_bytes is not None:
            page = int(connection.execute("PRAGMA page_size").fetchone()[0])
            connection.execute(f"PRAGMA max_page_count={max(place.most_bytes // page, 1)}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def reopened(place: Place) -> sqlite3.Connection:
    """A further connection to a database that was opened before.

    Raises:
        sqlite3.Error: where that fails.
    """
    return _connect(place)


def _is_ours(connection: sqlite3.Connection, path: str) -> bool:
    """Whether the database is of this version; False for an empty one."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == _APPLICATION and version == _VERSION:
        return True
    if application == _APPLICATION:
        raise UnusableDatabaseError(
            f"the database {path} has version {version}, and this server keeps version {_VERSION}; "
            "use another file, or the server that made it"
        )
    if application or version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise UnusableDatabaseError(f"the database {path} was not made by this server; use another file")
    return False


def _create(connection: sqlite3.Connection, path: str, records: Callable[[], Iterable[Record]]) -> None:
    if path != MEMORY:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _is_ours(connection, path):  # else another process was faster
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.executemany("INSERT OR IGNORE INTO records VALUES (?, ?, ?, ?, ?, ?)", records())
            connection.execute("INSERT INTO keys VALUES ('sessions', ?)", (secrets.token_bytes(32),))
            connection.execute(f"PRAGMA application_id={_APPLICATION}")
            connection.execute(f"PRAGMA user_version={_VERSION}")
        connection.execute("COMMIT")
    except (sqlite3.Error, UnusableDatabaseError):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def key_of(connection: sqlite3.Connection) -> bytes:
    """The key with which sessions are signed: every process on one database has the same."""
    key: bytes = connection.execute("SELECT value FROM keys WHERE name = 'sessions'").fetchone()[0]
    return key


def read(connection: sqlite3.Connection, identity: int) -> Record | None:
    """The record of that number, or None."""
    row = connection.execute("SELECT * FROM records WHERE id = ?", (identity,)).fetchone()
    return Record(*row) if row else None


def carry_out(connection: sqlite3.Connection, asked: Sequence[Saving | int]) -> list[Record | None]:
    """Save, and read the records whose numbers are given, in this order, within the transaction that the caller began.

    None stands for a number that no record has.
    """
    results: list[Record | None] = []
    new: list[Saving] = []
    for one in asked:
        if isinstance(one, Saving) and one.identity is None:
            new.append(one)
            continue
        results += _insert(connection, new)
        new = []
        results.append(_update(connection, one) if isinstance(one, Saving) else read(connection, one))
    return results + _insert(connection, new)


def _insert(connection: sqlite3.Connection, new: list[Saving]) -> list[Record]:
    """New records under the next free numbers, in few statements."""
    if not new:
        return []
    last = connection.execute("SELECT max(id) FROM records").fetchone()[0] or 0
    if last > _LARGEST - len(new):
        raise ArithmeticError("the database has no free numbers for records")
    made = [Record(number, value, at, by, at, by) for number, (_, value, at, by) in enumerate(new, max(last, 0) + 1)]
    start, size = 0, _TOGETHER
    while start < len(made):
        while size > len(made) - start:
            size //= 2  # few different statements, which sqlite3 keeps compiled
        rows = ", ".join(["(?, ?, ?, ?, ?, ?)"] * size)
        values = [field for record in made[start : start + size] for field in record]
        connection.execute(f"INSERT INTO records VALUES {rows}", values)  # noqa: S608 - question marks alone
        start += size
    return made


def _update(connection: sqlite3.Connection, saving: Saving) -> Record | None:
    identity, value, at, by = saving
    held = connection.execute("SELECT created_at, created_by FROM records WHERE id = ?", (identity,)).fetchone()
    if identity is None or held is None:
        return None
    connection.execute(
        "UPDATE records SET value = ?, saved_at = ?, saved_by = ? WHERE id = ?", (value, at, by, identity)
    )
    return Record(identity, value, held[0], held[1], at, by)
