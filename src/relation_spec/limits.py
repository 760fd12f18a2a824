"""The sizes at which this package stops, each with its reason."""

from typing import Final

MAX_BODY_BYTES: Final = 256 * 1024 * 1024
"""A body longer than this is ``too-large``: judging needs several times its size in memory."""

MAX_DEPTH: Final = 128
"""Arrays and objects nested deeper than this are ``too-deep``: twice what .NET's JSON readers take (64), and small
enough that every supported Python parses it without running out of stack."""

MAX_VALUES: Final = 5_000_000
"""A decoded value with more values in it is ``too-large``: shared references can make a small one endless."""

MAX_FINDINGS: Final = 100
"""Findings kept in one report unless the caller asks otherwise: more helps nobody, and memory stays bounded."""

MAX_QUOTED: Final = 60
"""Characters of a found value that a message shows."""

MAX_INT_DIGITS: Final = 4300
"""Integers with more digits are kept as decimals: Python's own limit, since converting them takes quadratic time."""

MAX_EXPONENT: Final = 1_000_000
"""Exponents are clipped here: no bound of a schema can tell such numbers apart, and decimals hold it everywhere."""

MAX_CONTRACT_BYTES: Final = 16 * 1024 * 1024
"""A YAML file longer than this is refused: hand-written contracts are a hundred times smaller."""

MAX_CONTRACT_NODES: Final = 1_000_000
"""YAML aliases can make a small file mean a huge document; past this many nodes it is refused."""

MAX_CACHED_CONTENT_TYPES: Final = 256
"""Content-Type texts whose meaning is remembered; a caller that passes endless variants must not fill memory."""

MAX_CACHED_TEXTS: Final = 256
"""Texts of one header field or list that are remembered as good."""

MAX_GUESSED_FIELDS: Final = 200
"""With more header fields than this, unknown names are not held against known ones: servers take about a hundred."""

MAX_CACHED_SELECTS: Final = 64
"""``$select`` lists whose compiled engines are remembered."""

MAX_ENTRY_FAULTS: Final = 20
"""Faults of the recording itself that are kept of one message: a file that is something else has one a line."""

MAX_VARIABLE: Final = 8192
"""A ``{{variable}}`` of a recording with a longer value is left alone: values that use each other grow without end."""

MAX_SERVED_BODY: Final = 1024 * 1024
"""The server takes no longer body: a record has a few thousand bytes, and texts of some pages still fit."""

MAX_SERVED_HEAD: Final = 32 * 1024
"""The server takes no longer request line and header fields: browsers and proxies stay below 16 KiB."""

MAX_SERVED_HELD: Final = 64 * 1024 * 1024
"""Bytes of bodies that the server holds at once; more are turned away, so that memory stays bounded."""

MAX_SERVED_CONNECTIONS: Final = 1000
"""Connections that the server holds at once: below the 1024 files that a process may usually open."""

MAX_SERVED_WAITING: Final = 1000
"""Requests that wait for the disk at once; more are turned away, since they would only wait longer."""

MAX_SERVED_SECONDS: Final = 10.0
"""Seconds for a request's head to come, for its body, and for its answer to be read: ten times what bad lines need."""

MAX_DATABASE_WAIT: Final = 2.0
"""Seconds that a database locked by somebody else is waited for; a request takes milliseconds."""

MAX_TRIED_BYTES: Final = 256 * 1024
"""What is tried on the server's page is no longer: nobody reads more there, and the command takes files."""

MAX_TRIED_FINDINGS: Final = 50
"""Findings of one trial: a page with more is not read."""

MAX_TRIED_MESSAGES: Final = 50
"""Messages of one trial that are judged."""

MAX_TRIED_AT_ONCE: Final = 4
"""Trials that are judged at once, so that the endpoint keeps its share of the processor."""

MAX_TRIED_SECONDS: Final = 5.0
"""Seconds for a trial to come, and to be judged: ten times what the longest takes."""
