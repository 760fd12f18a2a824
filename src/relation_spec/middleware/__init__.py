"""Live traffic watched: around an ASGI or a WSGI application, and at HTTP clients.

``asgi`` and ``wsgi`` each hold a ``RelationMiddleware``; ``hooks`` is for httpx and requests. All of them tell what
they saw as an :class:`~relation_spec.middleware.exchange.Exchange`.
"""
