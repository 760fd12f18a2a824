"""Measure this package beside its peers, interleaved in one run, and print one table.

    python tools/bench/run.py [--quick] [--only GROUP]

Needs Python alone (and Node.js for one peer of ``bulk``): makes the environments it needs under ``--envs``, installs
this package and the pinned peers there, and hands over to ``tools.bench.suite``. How to read the table, and what to
doubt in it, stands in ``tools/bench/README.md``.
"""

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent
GROUPS: Final = ("bodies", "messages", "import", "process", "bulk", "growth")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line, with paths made absolute."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller bodies: for a look, not to quote")
    parser.add_argument("--only", action="append", choices=GROUPS, help="this group alone; may be given again")
    parser.add_argument("--envs", type=Path, default=ROOT / ".bench", help="where environments are kept")
    parser.add_argument("--spec", type=Path, help="another YAML than the bundled one")
    parser.add_argument("--seed", type=int, default=1, help="of the payloads and of the order of contenders")
    parser.add_argument("--in-place", action="store_true", help="measure with this interpreter and what it imports")
    options = parser.parse_args(arguments)
    options.envs = options.envs.resolve()
    options.spec = options.spec and options.spec.resolve()
    return options


def interpreter(env: Path) -> Path:
    """The Python of an environment."""
    return env / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def command(*words: object) -> None:
    """Run a command that must work."""
    done = subprocess.run([str(word) for word in words], check=False, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        done.check_returncode()


def environment(env: Path, requirements: Path, package: Path | None = None) -> Path:
    """The Python of the environment ``env``, made anew when its requirements or its Python changed."""
    python = interpreter(env)
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    stamp = env / "made-from"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"making {env.name}", file=sys.stderr)
        command(sys.executable, "-m", "venv", "--clear", env)
        command(python, "-m", "pip", "install", "-q", "-r", requirements, *([package] if package else []))
        stamp.write_text(wanted, encoding="utf-8")
    elif package:
        command(python, "-m", "pip", "install", "-q", "--force-reinstall", "--no-deps", package)
    return python


def node_modules(envs: Path) -> None:
    """The peer from npm, as the lock file has it."""
    folder = envs / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_bytes()
    if (folder / "node_modules").is_dir() and (folder / "package-lock.json").read_bytes() == lock:
        return
    for name in ("package.json", "package-lock.json"):
        (folder / name).write_bytes((HERE / name).read_bytes())
    print("making npm", file=sys.stderr)
    npm = "npm.cmd" if os.name == "nt" else "npm"
    subprocess.run([npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=True)


def main(arguments: Sequence[str]) -> int:
    """Make what is needed, then measure. A peer that cannot be had is reported as failed by the suite."""
    options = parse(arguments)
    groups = options.only or GROUPS
    options.envs.mkdir(parents=True, exist_ok=True)
    (options.envs / ".gitignore").write_text("*\n", encoding="utf-8")
    python = sys.executable
    if not options.in_place:
        python = str(environment(options.envs / "peers", HERE / "requirements.txt", ROOT))
    try:
        if "bodies" in groups or "messages" in groups:
            environment(options.envs / "openapi-core", HERE / "requirements-openapi-core.txt")
        if "bulk" in groups:
            node_modules(options.envs)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"a peer could not be had: {error}", file=sys.stderr)
    words = ["--envs", str(options.envs), "--seed", str(options.seed), *(["--quick"] if options.quick else [])]
    words += [word for group in groups for word in ("--only", group)]
    words += ["--spec", str(options.spec)] if options.spec else []
    return subprocess.run([python, "-m", "tools.bench.suite", *words], check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
