"""The server as an application of Starlette: :func:`create_app`."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from relation_spec.messages import Contract, load
from relation_spec.server.accounts import Accounts
from relation_spec.server.committing import Store
from relation_spec.server.defects import planted
from relation_spec.server.limits import Limits
from relation_spec.server.meaning import Meaning
from relation_spec.server.records import Records
from relation_spec.server.reference import MakePage, with_page
from relation_spec.server.seeds import Seeds
from relation_spec.server.service import Parts, Service
from relation_spec.server.showing import Shower
from relation_spec.server.storage import MEMORY, Place

__all__ = ["create_app"]

_DEMO: Final = {"demo": "demo"}


def create_app(
    *,
    contract: Contract | None = None,
    database: str = MEMORY,
    users: Mapping[str, str] = _DEMO,
    tickets: Iterable[str] = (),
    tokens: Iterable[str] = (),
    defect: str | None = None,
    clock: Callable[[], datetime] | None = None,
    seed_data: str | None = None,
    limits: Limits | None = None,
    check: bool = False,
    page: MakePage | None = None,
) -> Starlette:
    """The reference server of a contract with one operation, as an ASGI application.

    It starts with the first request, or with ASGI's lifespan, at whose end it finishes what it took and closes the
    database. Its state (``app.state``) holds the ``service``, whose ``breaches`` lists what ``check`` found, and the
    ``store``.

    Args:
        contract: the contract, or None for the bundled one.
        database: the path of an SQLite file, which is made where there is none, or ``":memory:"``.
        users: passwords by names.
        tickets: tickets that are taken; they stand for the first user. A mapping says for whom each stands.
        tokens: access tokens, likewise.
        defect: the name of something that the server then does wrong.
        clock: tells the time, with its zone; by default the real one.
        seed_data: the path of other data than the package's, to which messages refer.
        limits: the sizes and times at which the server stops.
        check: hold every answer against the contract, and log those that break it.
        page: makes the reference page that is served beside the endpoint; by default there is none.

    Raises:
        ContractError: for a contract that cannot be served, a foreign database, unreadable data, or an unknown defect.
    """
    contract, limits = contract or load(), limits or Limits()
    tells = clock or partial(datetime.now, UTC)
    meaning = Meaning(contract.document, contract.document.operation())
    seeds = Seeds.load(seed_data)
    seeds.learn(meaning)
    records = Records(meaning, seeds, users)
    place = Place(str(database), limits.database_wait, limits.database)
    store = Store(place, partial(records.examples, tells), limits.waiting)
    accounts = Accounts(meaning.operation, users, tickets, tokens, store.key, tells)
    shower = Shower(contract.document, meaning.schema, seeds.texts)
    service = Service(Parts(contract, meaning, records, shower, store, accounts, seeds.may_save,
                            planted(defect, contract), tells, limits, check))  # fmt: skip
    return _application(service, store, with_page(service, contract, meaning.operation, page))


def _application(service: Service, store: Store, front: Any) -> Starlette:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            store.close()

    async def fault(request: Request, _: Exception) -> Response:
        headers: list[Any] = [(name, value) for name, value in request.headers.items()]
        reply = service.refusal(headers, 500, "the server failed, and not because of the request")
        return Response(reply.body, reply.status, dict(reply.headers))

    app = _Application(front, lifespan=lifespan, exception_handlers={Exception: fault})
    app.state.service, app.state.store = service, store
    return app


class _Application(Starlette):
    """Leads requests straight to the one endpoint: nothing is routed, and nothing raises Starlette's exceptions."""

    def __init__(self, endpoint: Any, **options: Any) -> None:
        super().__init__(**options)
        self._endpoint = endpoint

    def build_middleware_stack(self) -> ASGIApp:
        """What stands before the endpoint: the answer to faults, and what a user of the application adds."""

        async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "lifespan":
                await self.router(scope, receive, send)
            else:
                await self._endpoint(scope, receive, send)

        app: ASGIApp = endpoint
        for kind, arguments, options in reversed(self.user_middleware):
            app = kind(app, *arguments, **options)
        return ServerErrorMiddleware(app, handler=self.exception_handlers.get(Exception))
