"""``relation-spec sample``: valid or broken samples made from the contract, the same for the same seed everywhere."""

import base64
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import click

from relation_spec.contract import Side
from relation_spec.media.writing import write_json
from relation_spec.messages import load
from relation_spec.messages.message import Request, Response
from relation_spec.strategies.drafts import Breach
from relation_spec.strategies.samples import Sample, body_samples, message_samples

__all__ = ["command"]

_HOST: Final = "www.example.com"


@click.command("sample")
@click.argument("side", metavar="request|response", type=click.Choice(["request", "response"]))
@click.option("--count", default=1, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--seed", default=0, show_default=True, type=int, help="The same seed gives the same bytes everywhere.")
@click.option("--content-type", help="The bodies' Content-Type. By default the contract's first; in messages any.")
@click.option("--status", default=200, show_default=True, type=click.IntRange(100, 599), help="Responses' status.")
@click.option("--invalid", is_flag=True, help="Break one rule in each sample, and say which.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["body", "http", "curl", "ndjson"]),
    default="body",
    show_default=True,
    help="Bodies alone; whole messages as text, or as commands; or bodies, one JSON text a line.",
)
@click.option("--operation", help="The operationId, where the contract holds several.")
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
def command(side: Side, format_: str, spec: str | None, **options: Any) -> None:
    """Make samples of what the contract describes, rich in edges.

    With --invalid each breaks exactly one rule, which is told in a comment before it (for bodies on standard error,
    since JSON has no comments), and in NDJSON in the field "breach".
    """
    if format_ == "curl" and side == "response":
        raise click.UsageError("curl sends requests; for responses take --format http.")
    contract = load(spec)
    make: Callable[..., Iterator[Sample]] = message_samples
    if format_ in ("body", "ndjson"):
        make = partial(body_samples, indent=2 if format_ == "body" else None)
    out = sys.stdout.buffer
    for number, sample in enumerate(make(contract, side, **options), 1):
        if format_ == "body" and sample.breach is not None:
            out.flush()
            click.echo(f"# {number}: {_words(sample.breach)}", err=True)
        for piece in _WRITERS[format_](sample):
            out.write(piece)
    out.flush()


def _words(breach: Breach) -> str:
    """What is broken, in one line of ASCII."""
    place = breach.where if breach.where != "body" else f"body at {breach.pointer or 'its top'}"
    return _ascii(f"breaks {breach.code} in {place}; rule {breach.rule}; {breach.note}")


def _ascii(text: str) -> str:
    return json.dumps(text)[1:-1].replace('\\"', '"')


def _body(sample: Sample) -> Iterator[bytes]:
    yield (sample.body or b"") + b"\n"


def _ndjson(sample: Sample) -> Iterator[bytes]:
    """One line: the body itself where it is good JSON; else an object with the body and what is known of it."""
    if sample.breach is None and sample.content_type and "json" in sample.content_type:
        line = write_json(sample.value)
    else:
        held: dict[str, Any] = {"content_type": sample.content_type}
        if sample.breach is not None:
            code, pointer, where, rule, note, _ = sample.breach
            held["breach"] = {"code": code, "pointer": pointer, "where": where, "rule": rule, "note": note}
        try:
            held["body"] = (sample.body or b"").decode()
        except UnicodeDecodeError:
            held["body_base64"] = base64.b64encode(sample.body or b"").decode()
        line = write_json(held, ascii_only=True)
    yield line.encode() + b"\n"


def _http(sample: Sample) -> Iterator[bytes]:
    """One message as RFC 9112 writes it, between the separators of .http files."""
    message, body = sample.message, sample.body or b""
    yield b"###\n"
    if sample.breach is not None:
        yield f"# {_words(sample.breach)}\n".encode()
    headers = list(message.headers) if message else []
    names = {name.lower() for name, _ in headers}
    if isinstance(message, Request):
        yield f"{message.method} {message.url} HTTP/1.1\n".encode()
        if not urlsplit(message.url).netloc and "host" not in names:
            headers.insert(0, ("Host", _HOST))
    elif isinstance(message, Response):
        yield f"HTTP/1.1 {message.status} \n".encode()
    if "content-length" not in names and body:
        headers.append(("Content-Length", str(len(body))))
    for name, value in headers:
        yield f"{name}: {value}\n".encode("latin-1")
    yield b"\n" + body + b"\n"


def _curl(sample: Sample) -> Iterator[bytes]:
    """One request as a command for a POSIX shell."""
    message = sample.message
    if not isinstance(message, Request):
        return
    if sample.breach is not None:
        yield f"# {_words(sample.breach)}\n".encode()
    url = message.url if urlsplit(message.url).netloc else f"https://{_HOST}{message.url}"
    words = [f"curl --globoff --path-as-is -X {_quoted(message.method)} {_quoted(url)}"]
    for name, value in message.headers:
        words.append(f"-H {_quoted(f'{name}: {value}' if value else f'{name};')}")
    piped = ""
    if message.body:
        if (text := _plain(message.body)) is not None:
            words.append(f"--data-binary {_quoted(text)}")
        else:
            piped = f"printf '{''.join(f'{chr(92)}{byte:03o}' for byte in message.body)}' | "
            words.append("--data-binary @-")
        if not message.values("content-type"):
            words.append("-H 'Content-Type:'")  # curl would add its own
    if not message.values("accept"):
        words.append("-H 'Accept:'")
    yield (piped + " \\\n  ".join(words) + "\n").encode()


def _plain(body: bytes) -> str | None:
    """The text of a body that can stand in a command as it is."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return text if "\0" not in text and not text.startswith("@") else None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


_WRITERS: Final[dict[str, Callable[[Sample], Iterator[bytes]]]] = {
    "body": _body,
    "ndjson": _ndjson,
    "http": _http,
    "curl": _curl,
}
