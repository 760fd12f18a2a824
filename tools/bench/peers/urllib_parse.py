"""The standard library's parser of forms; empty fields are kept, since nulls are written so."""

from platform import python_version
from typing import Any
from urllib.parse import parse_qsl

from tools.bench.payloads import Material
from tools.bench.peers import Peer


def adapt(material: Material) -> Peer:
    """Parsing alone, to texts."""

    def parse(body: bytes) -> Any:
        return parse_qsl(body.decode(), keep_blank_values=True)

    return Peer(f"parse_qsl {python_version()}", {"parse": parse})
