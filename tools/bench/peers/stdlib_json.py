"""The parser of Python's standard library: the floor for whoever parses without help."""

import json
from platform import python_version

from tools.bench.payloads import Material
from tools.bench.peers import Peer


def adapt(material: Material) -> Peer:
    """Parsing alone."""
    return Peer(f"json {python_version()}", {"parse": json.loads})
