"""The reference server: an ASGI application that takes, refuses, stores and answers what the contract says.

It needs the extra ``server`` (Starlette; uvicorn to listen).
"""

from relation_spec.server.application import create_app
from relation_spec.server.limits import Limits
from relation_spec.server.storage import UnusableDatabaseError

__all__ = ["Limits", "UnusableDatabaseError", "create_app"]
