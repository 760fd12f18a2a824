"""lxml: the usual parser of XML for Python, in C."""

from lxml import etree

from tools.bench.payloads import Material
from tools.bench.peers import Peer


def adapt(material: Material) -> Peer:
    """Parsing alone."""
    return Peer(f"lxml {etree.__version__}", {"parse": etree.fromstring})
