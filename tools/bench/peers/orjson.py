"""orjson: the fastest parser for Python."""

import orjson

from tools.bench.payloads import Material
from tools.bench.peers import Peer


def adapt(material: Material) -> Peer:
    """Parsing alone."""
    return Peer(f"orjson {orjson.__version__}", {"parse": orjson.loads})
