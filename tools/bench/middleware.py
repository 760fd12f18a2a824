"""What the middlewares cost an application for each request, in process and without a network.

    python -m tools.bench.middleware [--rounds N]

The application reads its request and answers with the contract's example; it does nothing else, so the difference to
it alone is what a middleware costs. Coroutines are driven by hand, since an event loop would cost more than all of it.
"""

import argparse
import io
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import relation_spec
from relation_spec.middleware import asgi, wsgi
from tools.bench.measure import compare, in_process
from tools.bench.payloads import Material, compact

KINDS: Final = ("bare", "report", "report, requests only", "enforce")
TOKEN: Final = "Bearer 8A:Cust1.abcdefgh"


def options(kind: str) -> dict[str, Any]:
    """The arguments of a middleware."""
    mode, _, rest = kind.partition(", ")
    return {"mode": mode, "validate_responses": not rest}


def fields(media: str, length: int) -> dict[str, str]:
    """Header fields as a client sends them."""
    return {
        "host": "localhost:8000",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
        "connection": "keep-alive",
        "user-agent": "bench/1",
        "authorization": TOKEN,
        "content-type": media,
        "content-length": str(length),
    }


def drive(coroutine: Any) -> None:
    """Run a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("the application waited")


def asgi_calls(path: str, media: str, body: bytes, answer: bytes) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """By kind, what makes one request of an ASGI application."""
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", media.encode())]}
    headers = [(name.encode(), value.encode()) for name, value in fields(media, len(body)).items()]
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode()}
    scope |= {"query_string": b"", "root_path": "", "headers": headers}

    async def app(where: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(start)
        await send({"type": "http.response.body", "body": answer})

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        pass

    for kind in KINDS:
        chosen: Any = app if kind == "bare" else asgi.RelationMiddleware(app, **options(kind))
        yield kind, lambda _, chosen=chosen: drive(chosen(dict(scope), receive, send))


def wsgi_calls(path: str, media: str, body: bytes, answer: bytes) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """By kind, what makes one request of a WSGI application."""
    environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": ""}
    for name, value in fields(media, len(body)).items():
        key = name.upper().replace("-", "_")
        environ[key if name.startswith("content-") else f"HTTP_{key}"] = value

    def app(given: dict[str, Any], start_response: Any) -> list[bytes]:
        given["wsgi.input"].read(int(given["CONTENT_LENGTH"]))
        start_response("200 OK", [("Content-Type", media)])
        return [answer]

    def start_response(status: str, headers: Any) -> Callable[[bytes], None]:
        return lambda data: None

    def ask(chosen: Any) -> None:
        made = chosen({**environ, "wsgi.input": io.BytesIO(body)}, start_response)
        for _ in made:
            pass
        if hasattr(made, "close"):
            made.close()

    for kind in KINDS:
        chosen: Any = app if kind == "bare" else wsgi.RelationMiddleware(app, **options(kind))
        yield kind, lambda _, chosen=chosen: ask(chosen)


def rows(rounds: int, source: random.Random) -> Iterator[tuple[str, Mapping[str, float]]]:
    """What was measured, and the median seconds of one request by kind."""
    contract = relation_spec.load()
    operation = contract.document.operation(next(iter(contract.document.operations)))
    asked, stored = Material.of(contract, "request"), Material.of(contract, "response")
    body, answer = compact(asked.page), compact(stored.page)
    request = relation_spec.Request("POST", operation.path, fields(asked.media, len(body)), body)
    if contract.validate_request(request).findings:
        raise RuntimeError("the request that is measured has findings")
    for interface, calls in (("ASGI", asgi_calls), ("WSGI", wsgi_calls)):
        for what, path in (("another endpoint", "/api/v1/Other"), ("the contract's", operation.path)):
            contenders = {kind: in_process(call, [None]) for kind, call in calls(path, asked.media, body, answer)}
            yield f"{interface}, {what}", compare(contenders, rounds, source).seconds


def main() -> None:
    """Measure, and print the medians in microseconds; in brackets what is added to the bare application."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--seed", type=int, default=1, help="of the order of contenders")
    chosen = parser.parse_args()
    print(f"| {'us per request':24} | " + " | ".join(f"{kind:>21}" for kind in KINDS) + " |")
    print(f"|{'-' * 26}|" + "|".join("-" * 22 + ":" for _ in KINDS) + "|")
    for what, found in rows(chosen.rounds, random.Random(chosen.seed)):
        bare = found["bare"]
        cells = [
            f"{seconds * 1e6:.2f}" + (f" ({(seconds - bare) * 1e6:+.2f})" if kind != "bare" else "")
            for kind, seconds in found.items()
        ]
        print(f"| {what:24} | " + " | ".join(f"{cell:>21}" for cell in cells) + " |")


if __name__ == "__main__":
    main()
