"""The public face of the server as a type checker sees it; never run."""

from datetime import UTC, datetime

from starlette.applications import Starlette

import relation_spec as rs
from relation_spec.server import Limits, create_app
from relation_spec.server.running import running_server

plain: Starlette = create_app()
full: Starlette = create_app(
    contract=rs.load(),
    database="relations.db",
    users={"anna": "secret"},
    tickets=["7T:x"],
    tokens={"8A:y": "anna"},
    defect=None,
    clock=lambda: datetime.now(UTC),
    seed_data="seed.json",
    limits=Limits(body=1000),
    check=True,
)
with running_server(check=True) as server:
    url: str = server.url
