"""Targets: what a person names becomes something that requests can be sent to, if it may be tested at all.

In: an address, ``module:app``, or an application. Out: a sender. Only this machine is tested unless a host is allowed.
"""

import ipaddress
import os
import sys
from pkgutil import resolve_name
from typing import Any
from urllib.parse import urlsplit

from relation_spec.contract import WrongCallError
from relation_spec.fuzz.senders import Application, Live, Sender

__all__ = ["opened"]


def opened(target: Any, *, allowed: tuple[str, ...] = (), operation_path: str = "", verify: bool = True) -> Sender:
    """The sender for a target.

    Args:
        target: an address, ``module:app``, or an ASGI or WSGI application.
        allowed: hosts besides this machine that may be tested.
        operation_path: the path of the operation; an address may end in it.
        verify: whether certificates are checked.

    Raises:
        WrongCallError: for a target that is none, or may not be tested.
    """
    if not isinstance(target, str):
        if not callable(target):
            raise WrongCallError(
                f"a target is an address, module:app, or an application; found {type(target).__name__}"
            )
        return Application(target, type(target).__name__)
    if "://" in target:
        return Live(_address(target, allowed, operation_path), verify=verify)
    return Application(_imported(target), target)


def _address(target: str, allowed: tuple[str, ...], path: str) -> str:
    try:
        parts = urlsplit(target)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise WrongCallError(f"{target!r} is no address: {error}") from None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise WrongCallError(f"{target!r} is no address of a server, such as http://127.0.0.1:8080")
    if parts.username is not None:
        raise WrongCallError("give credentials by --auth or RELATION_AUTH, not within the address")
    if not _is_loopback(host) and host.lower() not in {name.lower() for name in allowed}:
        raise WrongCallError(
            f"{host} is not this machine; requests are saved there. If it may be tested: --i-may-test-this-host {host}"
        )
    shown = f"[{host}]" if ":" in host else host
    prefix = parts.path.rstrip("/").removesuffix(path.rstrip("/"))
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{prefix}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _imported(name: str) -> Any:
    module, sign, attribute = name.partition(":")
    if not sign or not module or not attribute:
        raise WrongCallError(f"{name!r} is neither an address nor module:app")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        app = resolve_name(f"{module}:{attribute.removesuffix('()')}")
    except ModuleNotFoundError as missing:
        raise WrongCallError(f"the module {module!r} cannot be imported: {missing}") from None
    except (AttributeError, ValueError) as missing:
        raise WrongCallError(f"{name!r} names nothing: {missing}") from None
    if attribute.endswith("()"):
        app = app()
    if not callable(app):
        raise WrongCallError(f"{name} is no application: it cannot be called")
    return app
