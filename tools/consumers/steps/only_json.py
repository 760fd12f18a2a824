"""Leave JSON alone of the media types of a document: ``only_json.py DOCUMENT MADE``."""

import json
import sys
from pathlib import Path
from typing import Any


def narrow(held: Any) -> None:
    """Leave out of each ``content`` what is not JSON, where JSON is among it."""
    below = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    if isinstance(held, dict) and "application/json" in held.get("content", ()):
        held["content"] = {"application/json": held["content"]["application/json"]}
    for one in below:
        narrow(one)


document = json.loads(Path(sys.argv[1]).read_bytes())
narrow(document)
Path(sys.argv[2]).write_text(json.dumps(document), encoding="utf-8")
