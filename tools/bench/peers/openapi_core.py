"""openapi-core, in an environment of its own and so in a process of its own: slices are timed there.

As an adapter it starts that process; run by the other environment's Python it is the worker, which reads one JSON
text a line: first the contract and the bodies, then what to time.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


class Worker:
    """The other process, with the contract and the bodies in it."""

    def __init__(self, python: Path, material: Any, bodies: Sequence[bytes]) -> None:
        from subprocess import PIPE, Popen

        words = [str(python), "-P", __file__]  # -P: the adapters beside this file bear the names of libraries
        self._process = Popen(words, stdin=PIPE, stdout=PIPE, text=True)
        operation = material.contract.document.operation(next(iter(material.contract.document.operations)))
        path = operation.path
        setup = {
            "spec": _document(material, path, operation.method.lower()),
            "method": operation.method.lower(),
            "path": path,
            "media": material.media,
            "bodies": [body.decode() for body in bodies],
        }
        self.version = self._ask(setup)

    def _ask(self, question: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline() or '"ended"')

    def verdict(self, index: int) -> bool:
        """Whether the body of that index is valid."""
        return bool(self._ask({"verdict": index}))

    def slice_of(self, first: int, last: int) -> Callable[[int, int], float]:
        """Times calls on the bodies from ``first`` up to but without ``last``."""

        def run(start: int, count: int) -> float:
            return float(self._ask({"first": first, "last": last, "start": start, "count": count}))

        return run

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _document(material: Any, path: str, method: str) -> Any:
    """The operation as OpenAPI with the plain schema, no security, and nothing else."""
    text = json.dumps({key: value for key, value in material.schema.items() if key not in ("$schema", "$defs")})
    schemas = {**material.schema["$defs"], "BenchBody": json.loads(text)}
    content = {material.media: {"schema": {"$ref": "#/components/schemas/BenchBody"}}}
    answer = {"200": {"description": "ok", **({"content": content} if material.side == "response" else {})}}
    operation = {"responses": answer, **({"requestBody": {"content": content}} if material.side == "request" else {})}
    return {
        "openapi": "3.1.0",
        "info": {"title": "bench", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": {path: {method: operation}},
        "components": {"schemas": json.loads(json.dumps(schemas).replace("#/$defs/", "#/components/schemas/"))},
    }


def main() -> None:
    """Serve one worker until standard input ends."""
    from importlib.metadata import version
    from itertools import cycle, islice
    from time import perf_counter

    from openapi_core import OpenAPI  # type: ignore[import-not-found]
    from openapi_core.exceptions import OpenAPIError  # type: ignore[import-not-found]
    from openapi_core.testing import MockRequest, MockResponse  # type: ignore[import-not-found]

    setup = json.loads(sys.stdin.readline())
    contract = OpenAPI.from_dict(setup["spec"])
    request = MockRequest("http://localhost", setup["method"], setup["path"])
    bodies = [body.encode() for body in setup["bodies"]]
    media = setup["media"]

    def is_valid(body: bytes) -> bool:
        try:
            contract.validate_response(request, MockResponse(body, content_type=media))
        except OpenAPIError:
            return False
        return True

    print(json.dumps(f"openapi-core {version('openapi-core')}"), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "verdict" in asked:
            print(json.dumps(is_valid(bodies[asked["verdict"]])), flush=True)
            continue
        held = bodies[asked["first"] : asked["last"]]
        at = asked["start"] % len(held)
        chosen = list(islice(cycle(held), at, at + asked["count"]))
        begin = perf_counter()
        for body in chosen:
            is_valid(body)
        print(perf_counter() - begin, flush=True)


if __name__ == "__main__":
    main()
