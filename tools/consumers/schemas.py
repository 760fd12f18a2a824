"""Rows of validators and makers of types that read the JSON Schemas and the XML Schemas."""

from typing import Final

from tools.consumers.rows import Row
from tools.consumers.workshop import Refusal, Workshop

__all__ = ["ROWS"]

_DIALECTS: Final = ("2020-12", "draft-07")
_STRICT: Final = "tsc --strict --noEmit --skipLibCheck --types node"


def _expect(said: str, *lines: str) -> None:
    """Every one of these beginnings is that of a line.

    Raises:
        Refusal: where one is not.
    """
    got = said.splitlines()
    for line in lines:
        if not any(one.startswith(line) for one in got):
            raise Refusal(f"expected {line!r}, and found {said}")


def _ajv(shop: Workshop) -> str:
    for dialect in _DIALECTS:
        said = shop.do(f"node judge.mjs request.{dialect}.json request.json broken.json")
        _expect(said, "request.json valid", "broken.json data must NOT have additional properties")
        _expect(shop.do(f"node judge.mjs response.{dialect}.json response.json"), "response.json valid")
    return "4 schemas compile in strict mode; both samples are valid, an unknown property is not"


def _check_jsonschema(shop: Workshop) -> str:
    for dialect in _DIALECTS:
        shop.do(f"check-jsonschema --check-metaschema request.{dialect}.json response.{dialect}.json")
        shop.do(f"check-jsonschema --schemafile request.{dialect}.json request.json")
        said = shop.do(f"check-jsonschema --schemafile request.{dialect}.json broken.json", ok=(1,))
        if "Coment" not in said:
            raise Refusal(said)
    return "4 schemas keep to their metaschemas; the sample is valid, an unknown property is not"


def _models(shop: Workshop) -> str:
    kinds = (("openapi-3.0.yaml", "openapi"), ("openapi-3.1.yaml", "openapi"), ("request.2020-12.json", "jsonschema"))
    options = "--output-model-type pydantic_v2.BaseModel --collapse-root-models --use-annotated --strict-nullable"
    options += " --strict-types str int bool --target-python-version 3.11"
    for number, (name, kind) in enumerate(kinds):
        named = "" if kind == "openapi" else " --class-name ContactRelationEntityToSave"
        made = f"models_{number}"
        shop.do(f"datamodel-codegen --input {name} --input-file-type {kind} {options}{named} --output {made}.py")
        said = shop.do(f"python accept_models.py {made} ContactRelationEntityToSave request.json broken.json")
        _expect(said, "request.json valid", "broken.json refused: Coment extra_forbidden")
    return "models by 3 exports take the sample, and refuse an unknown property"


def _xmlschema(shop: Workshop) -> str:
    shop.do("xmlschema-validate --schema request.1.0.xsd request.xml")
    shop.do("xmlschema-validate --version 1.1 --schema request.1.1.xsd request.xml")
    shop.do("xmlschema-validate --version 1.1 --schema response.1.1.xsd response.xml")
    shop.do("xmlschema-validate --schema request.1.0.xsd broken.xml", ok=(1,))
    shop.do("xmlschema-validate --version 1.1 --schema request.1.1.xsd broken.xml", ok=(1,))
    return "both samples are valid by 1.0 and 1.1, an id that is no number is not"


def _lxml(shop: Workshop) -> str:
    said = shop.do("python validate_xml.py request.1.0.xsd request.xml broken.xml")
    _expect(said, "request.xml valid", "broken.xml refused: Element 'SourceContactId'")
    _expect(shop.do("python validate_xml.py response.1.0.xsd response.xml"), "response.xml valid")
    return "both samples are valid by 1.0, an id that is no number is not"


def _json_types(shop: Workshop) -> str:
    shop.do("json2ts --input request.draft-07.json --output json_types.ts")
    written = shop.has("json_types.ts")
    text = written.read_text(encoding="utf-8")
    name = text.partition("export interface ")[2].partition(" ")[0]
    written.write_text(f"{text}\nexport type JsonTypes = {name};\n", encoding="utf-8")
    shop.do(f"{_STRICT} use_json_types.ts")
    return "tsc --strict takes a good relation, and refuses a missing and an unknown property"


def _quicktype(shop: Workshop) -> str:
    shop.do("quicktype --src-lang schema --src request.draft-07.json --top-level Relation --out quicktype.ts")
    shop.do(
        "tsc --strict --skipLibCheck --types node --target es2022 --module commonjs --outDir built read_quicktype.ts"
    )
    _expect(shop.do("node built/read_quicktype.js"), "est", "broken refused")
    return "compiles, reads the sample, and refuses a text for an id"


ROWS: Final = (
    Row("ajv", "ajv", _ajv),
    Row("check-jsonschema", "check-jsonschema", _check_jsonschema),
    Row("datamodel-code-generator", "datamodel-code-generator", _models),
    Row("json-schema-to-typescript", "json-schema-to-typescript", _json_types),
    Row("quicktype", "quicktype", _quicktype),
    Row("lxml", "lxml", _lxml),
    Row("xmlschema", "xmlschema", _xmlschema),
)
