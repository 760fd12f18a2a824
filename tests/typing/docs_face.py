"""The calls of :mod:`relation_spec.docs` have types."""

from typing import assert_type

import relation_spec as rs
from relation_spec import docs
from relation_spec.docs import Served
from relation_spec.server import create_app

assert_type(docs.markdown(), str)
assert_type(docs.html(rs.load(), operation="saveRelation", address="https://crm.example.com"), str)
assert_type(docs.served(None, "/docs/judge"), Served)
create_app(page=lambda judge, address: docs.served(None, judge, address=address))
