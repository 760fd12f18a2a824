"""What Sphinx must know to make the site: parts of pages that are made from the code and the contract.

A page says where such a part belongs by a line ``<!-- made: codes -->``; the names stand in ``_MAKERS``. Links that
leave the folder ``docs`` become the names of files, since the site holds no sources. What the theme leaves out for who
uses a keyboard or hears the page is added to each page at the end.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tools.site import api, choices, codes

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_MAKERS: Final[dict[str, Callable[..., str]]] = {
    "api": api.markdown,
    "choices": choices.markdown,
    "codes": codes.markdown,
}
_PLACE: Final = re.compile(r"^<!-- made: (\w+) ?(.*) -->$", re.MULTILINE)
_OUTWARD: Final = re.compile(r"\[([^]]*)\]\(((?:\.\./)+[^)#:]+)(?:#[^)]*)?\)")
_HTTP: Final = re.compile(r"^```http$", re.MULTILINE)  # the lexer of Pygments knows no request without a version
_ROOT: Final = Path(__file__).parent.parent.parent
_MENDED: Final = (  # what the theme writes, and what WCAG 2.1 and axe ask for
    ('class="caption" role="heading">', 'class="caption" role="heading" aria-level="2">'),
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="Pages">'),
    ('<aside class="toc-drawer">', '<aside class="toc-drawer" aria-label="On this page">'),
    ('<div id="search-results"></div>', '<h1>Search</h1><div id="search-results" role="status"></div>'),
    ('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'),
    ('<div class="highlight"><pre>', '<div class="highlight"><pre tabindex="0">'),
)


def _made(match: re.Match[str]) -> str:
    """The part that a place of a page asks for."""
    return _MAKERS[match[1]](*match[2].split())


def _read(app: "Sphinx", name: str, source: list[str]) -> None:
    """Put what is made into a page that was read."""
    page = Path(app.srcdir) / f"{name}.md"

    def named(match: re.Match[str]) -> str:
        target = (page.parent / match[2]).resolve()
        if target.is_relative_to(app.srcdir) or not target.exists():
            return match[0]
        path = target.relative_to(_ROOT).as_posix()
        return f"`{path}`" if match[1].strip("`") in (path, target.name) else f"{match[1]} (`{path}`)"

    source[0] = _PLACE.sub(_made, _HTTP.sub("```text", _OUTWARD.sub(named, source[0])))


def _found(app: "Sphinx", env: "BuildEnvironment", node: "pending_xref", content: "Element") -> "Element | None":
    """Find a public name that a docstring gives without its module, and show what is there but not public unlinked."""
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"]
    named = api.homes().get(target)
    if named is not None:
        return env.domains.python_domain.resolve_xref(env, node["refdoc"], app.builder, "obj", named, node, content)
    return content if api.is_inner(target) else None


def _mend(app: "Sphinx", failure: Exception | None) -> None:
    """Complete the pages that were written."""
    if failure is None and app.builder.name == "html":
        for path in Path(app.outdir).rglob("*.html"):
            text = mended = path.read_text(encoding="utf-8")
            for written, wanted in _MENDED:
                mended = mended.replace(written, wanted)
            if mended != text:
                path.write_text(mended, encoding="utf-8")


def setup(app: "Sphinx") -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("source-read", _read)
    app.connect("missing-reference", _found)
    app.connect("build-finished", _mend)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
