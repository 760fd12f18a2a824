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
    """The other process, with the contract and the messages in it.

    Attributes:
        version: its name with its version.
    """

    def __init__(self, python: Path, setup: dict[str, Any]) -> None:
        from subprocess import PIPE, Popen

        words = [str(python), "-P", __file__]  # -P: the adapters beside this file bear the names of libraries
        self._process = Popen(words, stdin=PIPE, stdout=PIPE, text=True)
        self.version: str = self._ask(setup)

    @classmethod
    def of_bodies(cls, python: Path, material: Any, bodies: Sequence[bytes]) -> "Worker":
        """Judges bodies of one side; answers with the verdict."""
        operation = material.contract.document.operation(next(iter(material.contract.document.operations)))
        setup = {
            "spec": _document(material, operation.path, operation.method.lower()),
            "method": operation.method.lower(),
            "path": operation.path,
            "media": material.media,
            "bodies": [body.decode() for body in bodies],
        }
        return cls(python, setup)

    @classmethod
    def of_requests(cls, python: Path, spec: Any, requests: Sequence[dict[str, Any]], call: str) -> "Worker":
        """Judges whole requests; ``call`` is ``verdict``, or ``faults``, answered with how many errors it worded."""
        return cls(python, {"spec": spec, "requests": requests, "call": call})

    def _ask(self, question: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline() or '"ended"')

    def answer(self, index: int) -> Any:
        """What is said of the message of that index."""
        return self._ask({"answer": index})

    def slice_of(self, first: int, last: int) -> Callable[[int, int], float]:
        """Times calls on the messages from ``first`` up to but without ``last``."""

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

    setup = json.loads(sys.stdin.readline())
    contract = OpenAPI.from_dict(setup["spec"])
    call, messages = _bodies(contract, setup) if "bodies" in setup else _requests(contract, setup)
    print(json.dumps(f"openapi-core {version('openapi-core')}"), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "answer" in asked:
            print(json.dumps(call(messages[asked["answer"]])), flush=True)
            continue
        held = messages[asked["first"] : asked["last"]]
        at = asked["start"] % len(held)
        chosen = list(islice(cycle(held), at, at + asked["count"]))
        begin = perf_counter()
        for message in chosen:
            call(message)
        print(perf_counter() - begin, flush=True)


def _bodies(contract: Any, setup: Any) -> tuple[Callable[[Any], Any], list[Any]]:
    """The verdict on a response body, and the bodies; what a test client does around one is part of the call."""
    from openapi_core.exceptions import OpenAPIError  # type: ignore[import-not-found]
    from openapi_core.testing import MockRequest, MockResponse  # type: ignore[import-not-found]

    request = MockRequest("http://localhost", setup["method"], setup["path"])
    media = setup["media"]

    def is_valid(body: bytes) -> bool:
        try:
            contract.validate_response(request, MockResponse(body, content_type=media))
        except OpenAPIError:
            return False
        return True

    return is_valid, [body.encode() for body in setup["bodies"]]


def _requests(contract: Any, setup: Any) -> tuple[Callable[[Any], Any], list[Any]]:
    """What is asked of a whole request, and the requests, made beforehand as ours are."""
    from openapi_core.exceptions import OpenAPIError

    def is_valid(request: Any) -> bool:
        try:
            contract.validate_request(request)
        except OpenAPIError:
            return False
        return True

    def faults(request: Any) -> int:
        return len([f"{error}: {error.__cause__}" for error in contract.iter_request_errors(request)])

    return {"verdict": is_valid, "faults": faults}[setup["call"]], [_request(asked) for asked in setup["requests"]]


def _request(asked: Any) -> Any:
    """A request of its test client."""
    from openapi_core.testing import MockRequest

    headers = {name: text for name, text in asked["headers"].items() if name != "Content-Type"}
    return MockRequest(
        "http://localhost",
        asked["method"],
        asked["path"],
        args=asked["query"],
        headers=headers,
        data=asked["body"].encode(),
        content_type=asked["headers"]["Content-Type"],
    )


if __name__ == "__main__":
    main()
