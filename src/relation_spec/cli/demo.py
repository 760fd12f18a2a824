"""``relation-spec demo``: judging, breaking, serving and testing, each once, by the real commands on real messages."""

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Any, Final, NamedTuple

import click

from relation_spec.contract import Side
from relation_spec.findings.quoting import quote_pointer
from relation_spec.messages import Contract, load

__all__ = ["command"]

_NEEDED: Final = {"httpx": "fuzz", "starlette": "server", "uvicorn": "server"}
_JSON: Final = "application/json"
_WORD: Final = "demo"
_DEFECT: Final = "null-as-empty"
_DRAWS: Final = 200
_LONGEST: Final = 4000
_SECONDS: Final = "20"  # for the broken server: a defect may be seen in a hundred ways, each of which is shrunk
_AUTH, _SECOND = "RELATION_AUTH", "RELATION_AUTH_2"


class _Message(NamedTuple):
    """A body of the contract's own, as a file for ``validate``."""

    file: str
    side: Side
    status: int
    content_type: str
    value: Any

    @property
    def options(self) -> list[str]:
        """What ``validate`` must be told, beyond the name."""
        told = ["--as", self.side] if Path(self.file).stem.partition("-")[0] != self.side else []
        told += ["--content-type", self.content_type] if self.content_type != _JSON else []
        return [*told, "--status", str(self.status)] if self.side == "response" and self.status != 200 else told


class _Account(NamedTuple):
    """Whom the server of the demo lets in: for ``--auth``, for ``create_app``, and for ``serve``."""

    auth: str | None
    options: dict[str, Any]
    words: list[str]


class _WrongStepError(Exception):
    """A step did not go as it should."""


@click.command("demo")
@click.option("--seed", default=0, show_default=True, type=int, help="Another seed breaks another rule.")
@click.option("--defect", metavar="NAME", help="What the server does wrong; see relation-spec serve --list-defects.")
@click.option("--save", type=click.Path(file_okay=False), help="A directory for the messages, which else are removed.")
@click.option("--spec", type=click.Path(), help="Another contract than the bundled one.")
@click.pass_context
def command(ctx: click.Context, seed: int, defect: str | None, save: str | None, spec: str | None) -> None:
    """See it all at once: judge the contract's own messages and a broken one, serve, and find a planted defect.

    It needs no file and no network, and leaves nothing behind. Exit status: 0 every step went as it should; 1 one did
    not; 2 wrong use, or an extra is missing.
    """
    _check_extras()
    contract = load(spec)
    show = _Show(ctx, contract, seed, os.path.abspath(spec) if spec else None)
    planned = show.defect(defect)
    begun = monotonic()
    try:
        with _folder(save), _quiet():
            show.judge()
            show.break_one()
            account = _account(contract)
            show.test_good(account)
            show.test_broken(account, planned)
    except _WrongStepError as wrong:
        click.echo(click.style(f"\nStep {show.step} did not go as it should: {wrong}.", fg="red"), err=True)
        ctx.exit(1)
    took = f"in {monotonic() - begun:.1f} s"
    click.echo(click.style(f"\nAll {show.step} steps went as they should, {took}.", fg="green", bold=True))


def _check_extras() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        extras = ",".join(sorted({_NEEDED[name] for name in missing}))
        raise click.ClickException(f"the demo needs {', '.join(missing)}: pip install 'relation-spec[{extras}]'")


@contextmanager
def _folder(save: str | None) -> Iterator[None]:
    """A current folder for the messages, gone at the end unless it is to be kept."""
    if save is not None:
        try:
            os.makedirs(save, exist_ok=True)
        except OSError as error:
            raise click.ClickException(f"{save} cannot be made: {error.strerror or error}") from None
        with chdir(save):
            yield
        return
    with tempfile.TemporaryDirectory(prefix="relation-spec-", ignore_cleanup_errors=True) as made, chdir(made):
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    """The server's log goes nowhere, a signal to stop ends the demo in good order, and credentials are the demo's."""
    import logging

    held = {name: os.environ.pop(name, None) for name in (_AUTH, _SECOND)}
    nowhere = logging.NullHandler()
    logging.getLogger().addHandler(nowhere)
    on_main = threading.current_thread() is threading.main_thread()
    stop = signal.signal(signal.SIGTERM, signal.default_int_handler) if on_main else None
    try:
        yield
    finally:
        if on_main:
            signal.signal(signal.SIGTERM, stop)
        logging.getLogger().removeHandler(nowhere)
        for name, text in held.items():
            os.environ.pop(name, None)
            if text is not None:
                os.environ[name] = text


class _Show:
    """The steps, one after the other.

    Attributes:
        step: the number of the last one that began.
    """

    def __init__(self, ctx: click.Context, contract: Contract, seed: int, spec: str | None) -> None:
        self._ctx, self._contract, self._seed = ctx, contract, seed
        self._operation = contract.document.operation()
        self._spec = ["--spec", spec] if spec else []
        self._messages: list[_Message] = []
        self.step = 0

    def defect(self, name: str | None) -> dict[str, Any]:
        """What is known of the defect to plant: the named one, or one that this contract gives occasion for."""
        from relation_spec.contract import WrongCallError
        from relation_spec.server.defects.gallery import DEFECTS, described, plant

        if name is not None:
            plant(name, self._contract)
        for one in [name] if name else [_DEFECT, *DEFECTS]:
            try:
                plant(one, self._contract)
            except WrongCallError:
                continue
            return next(known for known in described(self._contract) if known["name"] == one)
        raise click.ClickException("this contract gives no occasion for a defect")

    def _headline(self, text: str) -> None:
        self.step += 1
        click.echo(click.style(f"{'' if self.step == 1 else chr(10)}{self.step}. {text}", bold=True))

    def _tell(self, *words: str) -> None:
        """A command, as a person would type it."""
        click.echo(click.style(f"$ {' '.join(map(_shell, words))}", fg="cyan"))

    def _run(self, name: str, *words: str) -> int:
        """Show a command and run it here; its exit status."""
        words = (*words, *self._spec)
        self._tell("relation-spec", name, *words)
        found: click.Command = import_module(f"relation_spec.cli.{name}").command
        try:
            with found.make_context(name, list(words), parent=self._ctx) as inner:
                found.invoke(inner)
        except click.exceptions.Exit as ended:
            return ended.exit_code
        return 0

    def judge(self) -> None:
        """The examples of the contract are valid."""
        self._messages = list(_own(self._contract)) or list(_made(self._contract, self._seed))
        if not self._messages:
            raise click.ClickException("this contract describes no body that could be shown")
        self._headline("The contract's own messages are valid")
        for message in self._messages:
            Path(message.file).write_bytes(self._encoded(message, message.value))
        groups: dict[tuple[str, ...], list[str]] = {}
        for message in self._messages:
            groups.setdefault(tuple(message.options), []).append(message.file)
        for options, files in groups.items():
            if self._run("validate", *options, *files) != 0:
                raise _WrongStepError("messages of the contract's own are not valid")

    def _encoded(self, message: _Message, value: Any) -> bytes:
        from relation_spec.strategies.making import making

        return making(self._contract).encoded(message.side, value, message.content_type, message.status, 2)

    def break_one(self) -> None:
        """One rule of the first message is broken, and found."""
        message = self._messages[0]
        self._headline("One rule is broken on purpose, and found")
        body, breach = self._broken(message)
        name = f"{message.side}-broken{Path(message.file).suffix}"
        Path(name).write_bytes(body)
        click.echo(f"{name} is {message.file} with one change, at {quote_pointer(breach.pointer) or 'its top'}.")
        if self._run("validate", *message.options, name) != 1:
            raise _WrongStepError("the broken rule was not found")

    def _broken(self, message: _Message) -> Any:
        """A small body with just one finding, an error, and its breach."""
        from relation_spec.contract import UnencodableValueError
        from relation_spec.strategies.body_breaches import Broken
        from relation_spec.strategies.choosing import Seeded, SteadyRandom
        from relation_spec.strategies.making import making

        maker, label, told = making(self._contract), message.content_type, {}
        breaches = maker.breaches(message.side, maker.media(message.side, message.status, label))
        chooser = Seeded(self._contract.document, SteadyRandom(self._seed), clean=True, carries=None)
        validate: Callable[..., Any] = self._contract.validate_request_body
        if message.side == "response":
            validate, told = self._contract.validate_response_body, {"status": message.status}
        for _ in range(_DRAWS):
            broken = breaches.value(breaches.choose(chooser), message.value)
            try:
                body = self._encoded(message, broken.body)
            except UnencodableValueError:
                continue
            report = validate(body, label, **told)
            found = {(finding.code, finding.where, finding.pointer) for finding in report.findings}
            if len(body) < _LONGEST and not report.valid and found == broken.breach.findings:
                return Broken(body, broken.breach)
        raise _WrongStepError("no breach of a rule gave exactly its finding")

    def _fuzz(self, account: _Account, serving: list[str], defect: str | None, *options: str) -> int:
        """Serve on a free port, test it, and stop; the exit status of ``fuzz``."""
        from relation_spec.server.running import running_server

        self._tell("relation-spec", "serve", "--port", "0", *account.words, *serving, *self._spec, "&")
        with running_server(contract=self._contract, defect=defect, **account.options) as server:
            click.echo(f"Serving {self._operation.method} {self._operation.path} at {server.url}.")
            if account.auth is not None:
                self._tell("export", f"{_AUTH}={account.auth}")
                os.environ[_AUTH] = account.auth
            status = self._run("fuzz", server.url, "--seed", str(self._seed), *options)
        self._tell("kill", "%1")
        return status

    def test_good(self, account: _Account) -> None:
        """A server that follows the contract has no defect."""
        self._headline("A server that follows the contract is tested, and nothing is found")
        if self._fuzz(account, [], None) != 0:
            raise _WrongStepError("the server was not found to follow the contract")

    def test_broken(self, account: _Account, defect: dict[str, Any]) -> None:
        """A server with a planted defect has one."""
        name = str(defect["name"])
        self._headline("The server does one thing wrong, and that is found")
        click.echo(f"The planted defect: {defect['broken']}")
        if self._fuzz(account, ["--defect", name], name, "--seconds", _SECONDS) != 1:
            raise _WrongStepError(f"the planted defect {name} was not found")


def _shell(word: str) -> str:
    import shlex

    return word if word == "&" else shlex.quote(word)


def _account(contract: Contract) -> _Account:
    """One user in the first way that the contract lets users in alone, by name and password where it can."""
    alone = [way[0] for way in contract.document.operation().security if len(way) == 1]
    alone.sort(key=lambda scheme: scheme.scheme.lower() != "basic")
    if not alone:
        return _Account(None, {}, [])
    if alone[0].scheme.lower() == "basic":
        return _Account(f"basic:{_WORD}:{_WORD}", {"users": {_WORD: _WORD}}, ["--user", f"{_WORD}:{_WORD}"])
    taken = {"users": {_WORD: _WORD}, "tickets": [_WORD], "tokens": [_WORD]}
    return _Account(f"{alone[0].name}:{_WORD}", taken, ["--ticket", _WORD, "--token", _WORD])


def _sides(contract: Contract) -> Iterator[tuple[Side, int, Iterable[Any]]]:
    """The request, and the first documented success, each with its media types."""
    operation = contract.document.operation()
    if operation.request is not None:
        yield "request", 200, operation.request.content.values()
    from relation_spec.strategies.making import making

    for status in making(contract).responses.statuses:
        body = operation.response(status)
        if 200 <= status <= 299 and body is not None and body.content:
            yield "response", status, body.content.values()
            return


def _own(contract: Contract) -> Iterator[_Message]:
    """The examples that the contract itself gives (OpenAPI 3.1 section 4.8.14), as files."""
    from relation_spec.messages.decoding import kind_of

    for side, status, content in _sides(contract):
        found = [(media, value) for media in content if kind_of(media.name) for value in _examples(contract, media)]
        for number, (media, value) in enumerate(found, 1):
            name = side if len(found) == 1 else f"{side}-{number}"
            yield _Message(f"{name}.{_ending(media.name)}", side, status, media.name, value)


def _examples(contract: Contract, media: Any) -> Iterator[Any]:
    held = contract.document.get(media.pointer)
    if "example" in held:
        yield held["example"]
    for name in held.get("examples", {}):
        shown = contract.document.get(contract.document.follow(f"{media.pointer}/examples/{name}"))
        if "value" in shown:
            yield shown["value"]


def _made(contract: Contract, seed: int) -> Iterator[_Message]:
    """A message of each side by the seed, for a contract without examples."""
    from relation_spec.strategies.making import making
    from relation_spec.strategies.samples import body_samples

    for side, status, _ in _sides(contract):
        label = making(contract).content_type(side, status, None)
        sample = next(body_samples(contract, side, count=1, seed=seed, status=status))
        yield _Message(f"{side}.{_ending(label)}", side, status, label, sample.value)


def _ending(content_type: str) -> str:
    from relation_spec.messages.decoding import kind_of

    return kind_of(content_type) or "json"
