"""The site, built once for all workers, and a server of its files on this machine."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import ROOT

LONGEST_BUILD = 300  # seconds; a busy machine is slow


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def build(target: Path) -> subprocess.CompletedProcess[str]:
    """Make the site as CONTRIBUTING.md says."""
    command = [sys.executable, "-m", "tools.site", str(target)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the site: the first worker that asks builds it, the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    target, told = base / "site", base / "site.told"
    try:
        (base / "site.lock").mkdir()
    except FileExistsError:
        until = time.monotonic() + LONGEST_BUILD
        while not told.exists() and time.monotonic() < until:
            time.sleep(0.1)
    else:
        done = build(target)
        (base / "site.writing").write_text(f"{done.stdout}{done.stderr}" if done.returncode else "", encoding="utf-8")
        (base / "site.writing").rename(told)
    assert told.exists(), "the worker that builds the site has not ended"
    assert not told.read_text(encoding="utf-8"), told.read_text(encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
