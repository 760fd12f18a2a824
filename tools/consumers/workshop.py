"""Where the programs of others run: their environments, the exports that they are given, and a server to talk to.

Every command line runs in one folder, which holds the contract, its exports, the samples and our steps; so a command on
the page is the command that was run.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import relation_spec
from relation_spec import export
from tools.bench.run import environment
from tools.side_by_side.run import prism_of

__all__ = ["HERE", "ROOT", "Refusal", "Workshop", "shortened"]

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent
SPEC: Final = ROOT / "spec" / "relation.openapi.yaml"
LINT: Final = ROOT / "tools" / "lint"
_SECONDS: Final = 600  # for one command
_LONGEST: Final = 300  # characters of what a program says, on the page
_QUIET: Final = {
    "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "SCARF_ANALYTICS": "false",
    "DO_NOT_TRACK": "1", "NO_COLOR": "1", "CI": "true", "PYTHONWARNINGS": "ignore",
}  # fmt: skip
_UNKNOWN: Final = {"Coment": "est"}
# colours, and folders of this machine
_PLACES: Final = re.compile(r"\x1b\[[0-9;]*m|(?:file://|(?<![:/.\w]))/[^\s:'\"]*/(?=[^\s/])")


class Refusal(Exception):  # noqa: N818
    """A program does not take what it is given; the message is the decisive line."""


class Workshop:
    """The folder of work under ``envs``, with everything that rows need, made when it is asked for.

    Attributes:
        envs: where environments are kept.
        commands: the command lines that ran since somebody cleared the list.
    """

    def __init__(self, envs: Path) -> None:
        self.envs = envs.resolve()
        self.commands: list[str] = []

    @cached_property
    def folder(self) -> Path:
        """Where the commands run, made anew: the contract, the exports, the samples, a broken one, and our steps."""
        folder = self.envs / "consumers" / "work"
        self.envs.mkdir(parents=True, exist_ok=True)
        (self.envs / ".gitignore").write_text("*\n", encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(HERE / "steps", folder, ignore=shutil.ignore_patterns("__pycache__"))
        self._fill(folder)
        return folder

    def _fill(self, folder: Path) -> None:
        def put(name: str, text: str) -> None:
            (folder / name).write_text(text, encoding="utf-8")

        shutil.copy(SPEC, folder / "relation.yaml")
        for name in ("redocly.yaml", ".spectral.yaml"):
            shutil.copy(LINT / name, folder / name)
        contract = relation_spec.load(SPEC)
        for number in ("3.1", "3.0"):
            for kind in ("yaml", "json"):
                put(f"openapi-{number}.{kind}", export.openapi(contract, version=number).text(kind))
        for side in ("request", "response"):
            for dialect in ("2020-12", "draft-07"):
                made = export.json_schema(contract, side, dialect=dialect)
                put(f"{side}.{dialect}.json", made.text("json"))
            put(f"{side}.1.0.xsd", export.xsd(contract, side, version="1.0").text("xml"))
            put(f"{side}.1.1.xsd", export.xsd(contract, side, version="1.1").text("xml"))
            sample = self.sample(side)
            put(f"{side}.json", json.dumps(sample))
            shown = contract.encode_request_body if side == "request" else contract.encode_response_body
            (folder / f"{side}.xml").write_bytes(shown(sample, "application/xml"))
        put("broken.json", json.dumps(self.sample("request") | _UNKNOWN))
        text = (folder / "request.xml").read_text(encoding="utf-8")
        put("broken.xml", re.sub(r"<(SourceContactId)>\d+<", r"<\1>none<", text))

    def sample(self, side: str) -> dict[str, Any]:
        """The page's sample of a side, as the contract has it."""
        name = {"request": "SampleRequest", "response": "SampleResponse"}[side]
        held = relation_spec.load(SPEC).document.get(f"/components/examples/{name}")
        return dict(held["value"])

    @cached_property
    def python(self) -> Path:
        """The Python of the programs from PyPI."""
        return environment(self.envs / "consumers-python", HERE / "requirements.txt")

    @cached_property
    def prism(self) -> tuple[Path, Path]:
        """Node.js, and the modules of Prism."""
        return prism_of(self.envs)

    @cached_property
    def modules(self) -> Path:
        """The programs from npm, as the lock file has them."""
        return self._installed(HERE, self.envs / "consumers")

    @cached_property
    def linters(self) -> Path:
        """The linters from npm, as ``tools/lint`` has them."""
        return self._installed(LINT, self.envs / "lint")

    def _installed(self, of: Path, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        stamp, lock = folder / "made-from", (of / "package-lock.json").read_text(encoding="utf-8")
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != lock:
            print(f"making {folder.name} from npm", file=sys.stderr)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(of / name, folder / name)
            # Redoc asks for React as a peer, which its bundle for browsers holds already
            words = ["npm", "ci", "--ignore-scripts", "--legacy-peer-deps", "--silent", "--no-audit", "--no-fund"]
            subprocess.run(words, cwd=folder, check=True, env=self._environment(self._npm))
            stamp.write_text(lock, encoding="utf-8")
        return folder / "node_modules"

    @property
    def _npm(self) -> Path:
        return self.envs / "node" / ("Scripts" if os.name == "nt" else "bin")

    def _environment(self, *folders: Path) -> dict[str, str]:
        path = os.pathsep.join([*map(str, folders), str(self.prism[0].parent), os.environ["PATH"]])
        return {**os.environ, **_QUIET, "PATH": path}

    def do(
        self, command: str, *, url: str = "", given: str = "", ok: tuple[int, ...] = (0,), show: str | None = None
    ) -> str:
        """Run a command line, ``{url}`` in it being the address of a server, and return what it printed.

        Args:
            command: the program, and its arguments.
            url: the address.
            given: what it reads from its standard input.
            ok: the exit statuses that it should have.
            show: how the page tells of it, where that is not the command.

        Raises:
            Refusal: where its exit status is not in ``ok``.
        """
        self.commands.append(show or command.replace("{url}", "URL"))
        words = shlex.split(command.replace("{url}", url))
        env = self._environment(self.python.parent, self.modules / ".bin", self.linters / ".bin")
        program = shutil.which(words[0], path=env["PATH"])
        if program is None:
            raise Refusal(f"there is no {words[0]}")
        done = subprocess.run(
            [program, *words[1:]], cwd=self.folder, env=env, input=given, capture_output=True, text=True,
            timeout=_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode not in ok:
            raise Refusal(f"exit status {done.returncode}: {shortened(done.stdout + done.stderr)}")
        return done.stdout + done.stderr

    def has(self, name: str) -> Path:
        """A file that a program should have written.

        Raises:
            Refusal: where there is none.
        """
        if not (self.folder / name).exists():
            raise Refusal(f"it wrote no {name}")
        return self.folder / name

    @contextmanager
    def server(self) -> Iterator[str]:
        """The address of our server, on a free port, which knows its users, contacts and persons by its seeds.

        Raises:
            Refusal: where one of its answers broke the contract.
        """
        from relation_spec.server.running import running_server

        with running_server(check=True) as server:
            yield server.url
            if server.service.breaches:
                raise Refusal(f"our server broke the contract: {server.service.breaches[0]}")

    def version(self, program: str) -> str:
        """The version of a program that is pinned."""
        for lock in (HERE, LINT, ROOT / "tools" / "side_by_side"):
            packages = json.loads((lock / "package-lock.json").read_text(encoding="utf-8"))["packages"]
            if held := packages.get(f"node_modules/{program}"):
                return str(held["version"])
        texts = [HERE / "requirements.txt", ROOT / "tools" / "schemathesis" / "requirements.txt"]
        texts.append(ROOT / "tools" / "bench" / "requirements-openapi-core.txt")
        for text in texts:
            if found := re.search(rf"(?mi)^{re.escape(program)}==(\S+)", text.read_text(encoding="utf-8")):
                return found[1]
        return ""


def shortened(text: str) -> str:
    """What a program says, in one line, without the folders of this machine."""
    line = " ".join(_PLACES.sub("", text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
