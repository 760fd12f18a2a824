"""How Sphinx makes the site out of this folder: ``sphinx-build -W -b html docs site``, or ``python -m tools.site``."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import relation_spec  # noqa: E402  (found by the line above)

project = "relation-spec"
copyright = "the relation-spec authors, Apache-2.0"  # noqa: A001  (the name is Sphinx's)
release = version = relation_spec.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "tools.site"]
exclude_patterns = ["_static"]

# a link that leads nowhere is an error, also one to a name of this package; names of others are not looked up
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!relation_spec\b).*")]

myst_heading_anchors = 3
myst_links_external_new_tab = False

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # the attributes of a class stand with it, and are no members beside

html_theme = "furo"
html_title = f"relation-spec {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/icon.svg"
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = True
html_theme_options = {"top_of_page_buttons": []}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
