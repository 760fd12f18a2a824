"""A reference page as text: Markdown for repositories, and HTML that needs nothing but itself.

In: a contract. Out: text, the same each time. Templates are data of the package; they know no contract.
"""

import base64
import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from relation_spec.contract import ContractError
from relation_spec.docs.page import ADDRESS, Page
from relation_spec.messages import Contract, load

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["MissingExtraError", "Served", "html", "markdown", "served"]

_PACKAGE: Final = "relation_spec.docs"


class MissingExtraError(ContractError):
    """The packages that make the pages are not installed."""


class Served(NamedTuple):
    """A page for a server to send: its HTML, and the policy (CSP level 3) under which it works."""

    text: str
    policy: str


def markdown(contract: Contract | None = None, *, operation: str | None = None, address: str = ADDRESS) -> str:
    """The reference as one page of Markdown.

    Args:
        contract: the contract, or None for the bundled one.
        operation: the operationId, where the contract holds several.
        address: of the server to which the samples are sent, without a slash at the end.

    Raises:
        UnusableContractError: for a sample that the contract refuses, with its line.
        WrongCallError: where ``operation`` must be told.
        MissingExtraError: where Jinja or Pygments is missing.
    """
    return _markdown().get_template("reference.md.jinja").render(_page(contract, operation, address)._asdict())


def html(contract: Contract | None = None, *, operation: str | None = None, address: str = ADDRESS) -> str:
    """The reference as one file of HTML, to be opened as it is; arguments and errors as :func:`markdown`."""
    return _html(contract, operation, address, "").text


def served(contract: Contract | None, judge: str, *, operation: str | None = None, address: str = ADDRESS) -> Served:
    """The same for a server that judges messages at the path ``judge``, on which the page tries them."""
    return _html(contract, operation, address, judge)


def _page(contract: Contract | None, operation: str | None, address: str) -> Page:
    contract = contract or load()
    try:
        import jinja2
        import pygments
    except ImportError as missing:
        raise MissingExtraError(f"pages need {missing.name}: pip install 'relation-spec[docs]'") from None
    del jinja2, pygments
    from relation_spec.docs.gathering import gathered

    return gathered(contract, contract.document.operation(operation), address)


def _html(contract: Contract | None, operation: str | None, address: str, judge: str) -> Served:
    page = _page(contract, operation, address)
    style, script = _data("page.css") + _colours(), _data("page.js")
    policy = "; ".join([
        "default-src 'none'", f"style-src {_hash(style)}", f"script-src {_hash(script)}",
        f"connect-src {chr(39) + 'self' + chr(39) if judge else chr(39) + 'none' + chr(39)}", "img-src data:",
        "base-uri 'none'", "form-action 'none'",
    ])  # fmt: skip
    template = _environment().get_template("reference.html.jinja")
    trial = _script_safe(page.trial | {"judge": judge})
    values = page._asdict() | {"style": style, "script": script, "policy": policy, "judge": judge, "trial": trial}
    return Served(template.render(values), policy + "; frame-ancestors 'none'")


def _hash(text: str) -> str:
    """A source expression for an inline element (CSP level 3 section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _script_safe(value: Any) -> Any:
    """JSON that no end tag or comment in it can break out of a script element with."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704 - what could act was replaced


@lru_cache(maxsize=8)
def _data(name: str) -> str:
    from importlib.resources import files

    return (files(_PACKAGE) / "templates" / name).read_text(encoding="utf-8")


def _loader() -> Any:
    from jinja2 import FunctionLoader

    return FunctionLoader(_data)


@lru_cache(maxsize=1)
def _markdown() -> "Environment":
    """Templates of Markdown: whatever they write out is escaped, unless it is marked as Markdown."""
    from jinja2 import Environment, StrictUndefined

    from relation_spec.docs import escaping

    made = Environment(
        loader=_loader(), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - finalize escapes, by the rules of Markdown
        finalize=escaping.markdown, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters.update(verbatim=escaping.Verbatim, paragraph=escaping.paragraph,
                        fence=lambda text: escaping.Verbatim(escaping.fence(text)))  # fmt: skip
    return made


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    """Templates of HTML, with autoescape."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    from relation_spec.docs import escaping, highlighting

    made = Environment(loader=_loader(), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                       autoescape=True)  # fmt: skip
    made.filters.update(prose=escaping.html_prose, highlighted=highlighting.highlighted, asset=Markup,
                        breakable=escaping.breakable)  # fmt: skip
    made.globals["anchor"] = escaping.anchor
    return made


def _colours() -> str:
    from relation_spec.docs.highlighting import colours

    return colours()
