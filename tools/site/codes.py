"""Every kind of finding as a part of a page: from the table of codes, with the example that ``explain`` shows.

What ``explain`` cannot show of the bundled contract is shown by a file in ``docs/guide/codes`` that bears the code's
name, or by the small contract that stands there.
"""

from pathlib import Path
from typing import Final

import click
from click.testing import CliRunner

from relation_spec.cli.explain import command as explain
from relation_spec.cli.validate import command as validate
from relation_spec.findings import CODES, Code
from relation_spec.limits import MAX_BODY_BYTES

__all__ = ["markdown"]

_SHOWING: Final = Path(__file__).parent.parent.parent / "docs" / "guide" / "codes"
_CONTRACT: Final = _SHOWING / "orders.yaml"
_NONE: Final = "No request of this contract shows it."


def _told(command: click.Command, *arguments: str) -> str:
    ran = CliRunner().invoke(command, arguments)
    if ran.exit_code not in (0, 1):
        raise RuntimeError(f"{command.name} {' '.join(arguments)} ended with {ran.exit_code}: {ran.output}")
    return ran.output


def _example(code: Code, *spec: str) -> str | None:
    """What ``explain`` shows after what the table says."""
    told = _told(explain, code.name, *spec).partition(f"What to do: {code.mend}")[2].strip()
    return None if told.startswith(_NONE) else told


def _fenced(text: str) -> str:
    lead, _, shown = text.partition("\n\n")
    shown = shown.strip("\n")
    return f"{lead}\n\n````text\n{shown}\n````"


def _judged(path: Path) -> str:
    """What ``validate`` says of a file: a body is of the small contract, a recording of the bundled one."""
    spec = ("--spec", str(_CONTRACT)) if path.suffix == ".json" else ()
    told = _told(validate, str(path), *spec).replace(f"{_SHOWING}/", "").strip().rpartition("\n\n")[0]
    sent = path.read_text(encoding="utf-8").strip()
    return f"````text\n{sent}\n````\n\n````text\n{told}\n````"


def _shown(code: Code) -> str:
    """The example of a code, and where it comes from."""
    example = _example(code)
    if example:
        return _fenced(example)
    file = next(_SHOWING.glob(f"{code.name}.*"), None)
    if file and file.suffix == ".http":
        return f"For example, in this recording:\n\n{_judged(file)}"
    other = f"The bundled contract has no such rule. Another one could, as `{_CONTRACT.name}` does."
    if file:
        return f"{other} For example:\n\n{_judged(file)}"
    example = _example(code, "--spec", str(_CONTRACT))
    if example:
        return f"{other} {_fenced(example.replace(str(_CONTRACT), _CONTRACT.name))}"
    if code.name == "too-large":
        return f"For example, in a body of more than {MAX_BODY_BYTES // 2**20} MiB."
    raise RuntimeError(f"nothing in {_SHOWING} shows {code.name}")


def markdown() -> str:
    """A section for each code, in the order of their names, with a target ``code-NAME``."""
    parts = []
    for code in sorted(CODES.values()):
        parts += [
            f"(code-{code.name})=",
            f"## {code.name}\n",
            f"{code.title}. {code.meaning}\n",
            f"What to do: {code.mend}\n",
            f"{_shown(code)}\n",
        ]
    return "\n".join(parts)
