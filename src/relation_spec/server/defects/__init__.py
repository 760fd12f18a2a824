"""What a server may do wrong on purpose, for tests of tools that should notice: a gallery of named defects.

The right server loads none of them.
"""

from relation_spec.messages import Contract
from relation_spec.server.defects.seam import Defect

__all__ = ["Defect", "planted"]


def planted(name: str | None, contract: Contract) -> Defect:
    """The defect of that name, or one that does nothing wrong.

    Raises:
        WrongCallError: for an unknown name, or a contract that has nothing which the defect could break.
    """
    if name is None:
        return Defect(contract)
    from relation_spec.server.defects.gallery import plant

    return plant(name, contract)
