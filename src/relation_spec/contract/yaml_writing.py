"""Plain values to YAML text that readers of YAML 1.1 and of the 1.2 core schema read alike."""

from typing import Any

import yaml

from relation_spec.contract.yaml_text import CORE_SCHEMA

__all__ = ["write"]


def _dumper() -> type[Any]:
    import re

    dumper: Any = type("_Dumper", (yaml.SafeDumper,), {"ignore_aliases": lambda self, data: True})
    for name, pattern, first in CORE_SCHEMA:  # a text that 1.2 would read as something else is quoted too
        dumper.add_implicit_resolver(f"tag:yaml.org,2002:{name}", re.compile(f"(?:{pattern})$"), first)

    def text(self: Any, data: str) -> Any:
        style = "|" if "\n" in data.strip("\n") and not data.startswith((" ", "\n")) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    dumper.add_representer(str, text)
    made: type[Any] = dumper
    return made


def write(value: Any) -> str:
    """``value``, made of dicts, lists, texts, numbers, booleans and None, as block YAML in the order that it has."""
    written: str = yaml.dump(value, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=120)
    return written
