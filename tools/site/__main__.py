"""Make the site: ``python -m tools.site [FOLDER]``, by default into ``site``. A warning is an error."""

import sys
from pathlib import Path

from sphinx.cmd.build import main

ROOT = Path(__file__).parent.parent.parent


def command() -> int:
    """Run Sphinx as ``sphinx-build -W -b html docs site`` does, and say where the site is."""
    target = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "site")
    status = main(["-W", "--keep-going", "-q", "-b", "html", str(ROOT / "docs"), target])
    if not status:
        print(f"{target}/index.html")
    return status


if __name__ == "__main__":
    sys.exit(command())
