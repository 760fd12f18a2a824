"""Live traffic watched: around an ASGI or a WSGI application, and at HTTP clients."""
