"""Read files by models of pydantic: ``accept_models.py MODULE CLASS FILE...``; says what came of each."""

import importlib
import sys
from pathlib import Path

from pydantic import ValidationError

module, name, *files = sys.argv[1:]
model = getattr(importlib.import_module(module), name)
for file in files:
    try:
        model.model_validate_json(Path(file).read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        print(file, "refused:", ".".join(map(str, first["loc"])), first["type"])
    else:
        print(file, "valid")
