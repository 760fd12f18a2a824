"""A gateway in front of the CRM: invalid requests end here, and answers of the CRM that break the contract are told.

It runs with ``CRM_URL=https://crm.example.com uvicorn gateway:app``.
"""

import logging
import os

import httpx
from fastapi import FastAPI, Request, Response
from relation_spec.middleware.asgi import RelationMiddleware
from relation_spec.middleware.exchange import Exchange

# what concerns one connection alone is not passed on (RFC 9110 section 7.6.1)
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
log = logging.getLogger("gateway")


def tell(exchange: Exchange) -> None:
    """One line of the log for every answer of the CRM that breaks the contract."""
    if exchange.response is not None and not exchange.response.valid:
        codes = sorted({finding.code for finding in exchange.response.errors})
        log.error("the CRM broke the contract at %s: %s", exchange.path, ", ".join(codes))


def create_app(crm: httpx.AsyncClient) -> FastAPI:
    """The gateway to a CRM."""
    app = FastAPI(title="CRM gateway")
    app.add_middleware(RelationMiddleware, mode="enforce", on_report=tell)

    @app.get("/health")
    async def health() -> dict[str, bool]:
        return {"ok": True}

    @app.api_route("/api/{path:path}", methods=METHODS, include_in_schema=False)
    async def forward(request: Request) -> Response:
        target = request.scope["raw_path"].decode("ascii")
        if request.url.query:
            target += f"?{request.url.query}"
        headers = [(name, value) for name, value in request.headers.items() if name not in HOP_BY_HOP]
        answer = await crm.request(request.method, target, headers=headers, content=await request.body())
        response = Response(answer.content, answer.status_code)
        response.raw_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in answer.headers.multi_items()
            if name.lower() not in HOP_BY_HOP
        ]
        return response

    return app


app = create_app(httpx.AsyncClient(base_url=os.environ.get("CRM_URL", "http://127.0.0.1:8080")))
