"""Defects: maps and links in answers."""

from typing import Any

from relation_spec.server.defects.registry import breaks
from relation_spec.server.defects.scene import Scene, Value


def _each(at: Scene, value: Value, make: Any) -> None:
    at.links.change(value, lambda links: {name: make(address) for name, address in links.items()})


@breaks("links", "answer")
def link_without_host(at: Scene, value: Value) -> None:
    """Links are paths without scheme and host.

    Breaks: {links.additionalProperties}
    Harm: Programs that follow a link as it stands find nothing.
    """
    _each(at, value, lambda address: "/" + address.split("/", 3)[3])


@breaks("links", "answer")
def links_in_list(at: Scene, value: Value) -> None:
    """The map of links comes back as a list of pairs.

    Breaks: {links.type}
    Harm: Programs that look a link up by its name crash.
    """
    at.links.change(value, lambda links: [{"rel": name, "href": address} for name, address in links.items()])


@breaks("links", "answer")
def link_to_the_next_record(at: Scene, value: Value) -> None:
    """The link of a record leads to the one after it.

    Breaks: {links.x-value}
    Harm: People open, and then change, another relation than the one they saved.
    """
    number = at.identity.of(value) or 0
    _each(at, value, lambda address: address.removesuffix(str(number)) + str(number + 1))


@breaks("links", "answer")
def link_to_an_inner_host(at: Scene, value: Value) -> None:
    """Links name the host behind the proxy, not the one that was asked.

    Breaks: {links.x-value}
    Harm: Links work for nobody outside, and tell outsiders the names of inner machines.
    """
    _each(at, value, lambda address: "http://app-07.internal:5000/" + address.split("/", 3)[3])
