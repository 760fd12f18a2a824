"""Tells what a newer copy of the vendor's reference page says otherwise than the contract.

``python -m tools.drift PAGE.md|URL [--spec PATH]``. Out: a table, and an exit status: 0 no difference, 1 differences,
2 a page that cannot be read or is about something else. Nothing is changed, but by ``--remember``, which stores the
fingerprints of the page's descriptions once somebody has looked at them.
"""
