"""Rows of generators of clients, and of programs that import collections of requests: each sends the sample."""

import json
from typing import Any, Final

from tools.consumers.readers import plain_post
from tools.consumers.rows import Known, Row
from tools.consumers.workshop import Refusal, Workshop

__all__ = ["ROWS"]

_BUILD: Final = (
    "tsc --strict --skipLibCheck --types node --target es2022 --lib es2022,dom,dom.iterable --esModuleInterop"
)
_GENERATE: Final = "openapi-generator-cli generate --input-spec"
_BASIC: Final = {"Authorization": "Basic ZGVtbzpkZW1v"}  # demo:demo
_LAST_ONE_WINS: Final = Known(
    "the sample got 400",
    "where several media types have one schema, the client goes by the class of the body, and does as each one asks: "
    "with `application/x-www-form-urlencoded` and then `application/json`, both `{$ref: '#/components/schemas/A'}`, it "
    "sets `data` and `json`, so that httpx sends a form, and labels it `application/json`. Leave one media type in the "
    "document before you generate, as the row `openapi-python-client, JSON alone` does.",
)


def _sent(shop: Workshop, command: str) -> str:
    """Run what sends the sample: it prints the status, and ends with the comment of the stored relation.

    Raises:
        Refusal: where it prints something else.
    """
    with shop.server() as url:
        said = shop.do(f"{command} {{url}}", url=url).strip()
    words = said.split()
    if words[:1] != ["200"] or words[-1:] != ["est"]:
        raise Refusal(f"the sample got {said}")
    return "the sample gets 200 and comes back"


def _typescript(shop: Workshop, name: str) -> str:
    shop.do(f"{_BUILD} --module commonjs --moduleResolution node10 --outDir built call_{name}.ts")
    return f"compiles under --strict and refuses a missing id; {_sent(shop, f'node built/call_{name}.js')}"


def _generator_python(shop: Workshop) -> str:
    for number in ("3.0", "3.1"):
        shop.do(f"{_GENERATE} openapi-{number}.yaml --generator-name python --output generator_python")
        said = _sent(shop, "python post_openapi_client.py")
    return f"by both exports: imports; {said}"


def _generator_typescript(shop: Workshop) -> str:
    shop.do(f"{_GENERATE} openapi-3.1.yaml --generator-name typescript-fetch --output generator_typescript")
    return _typescript(shop, "generator")


def _python_client(shop: Workshop, document: str) -> str:
    shop.do(f"openapi-python-client generate --path {document} --output-path python_client --overwrite")
    return f"imports; {_sent(shop, 'python post_generated.py')}"


def _python_client_of_json(shop: Workshop) -> str:
    shop.do("python only_json.py openapi-3.1.json json-alone.json")
    return _python_client(shop, "json-alone.json")


def _openapi_typescript(shop: Workshop) -> str:
    for name in ("openapi-3.0.yaml", "openapi-3.1.yaml"):
        shop.do(f"openapi-typescript {name} --output typescript_types/relation.d.ts")
        said = _typescript(shop, "openapi_fetch")
    return f"by both exports: {said}"


def _hey_api(shop: Workshop) -> str:
    shop.do("openapi-ts --input openapi-3.1.yaml --output hey_api")
    return _typescript(shop, "hey_api")


def _orval(shop: Workshop) -> str:
    shop.do("orval --input openapi-3.1.yaml --output orval/client.ts --client fetch")
    return _typescript(shop, "orval")


def _requests(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for item in items:
        found += [item["request"]] if "request" in item else _requests(item["item"])
    return found


def _postman(shop: Workshop) -> str:
    for name in ("openapi-3.1.yaml", "openapi-3.0.yaml"):
        shop.do(
            f"openapi2postmanv2 --spec {name} --output collection.json --pretty --options parametersResolution=Example"
        )
        (request,) = _requests(json.loads(shop.has("collection.json").read_bytes())["item"])
        if request["method"] != "POST" or request["url"]["path"] != ["api", "v1", "Relation"]:
            raise Refusal(f"{name}: {request['method']} {request['url']['path']}")
        said = _posted(shop, request["body"]["raw"])
    return said


def _bruno(shop: Workshop) -> str:
    for name in ("openapi-3.1.json", "openapi-3.0.json"):
        (line,) = shop.do(f"node bruno.mjs {name}").splitlines()
        request = json.loads(line)
        if request["method"] != "POST" or not request["url"].endswith("/api/v1/Relation"):
            raise Refusal(f"{name}: {line}")
        said = _posted(shop, request["json"])
    return said


def _posted(shop: Workshop, body: str) -> str:
    with shop.server() as url:
        status, _, answer = plain_post(f"{url}/api/v1/Relation", body.encode(), **_BASIC)
    if status != 200:
        raise Refusal(f"the body of the request that it made, {body}, got {status} {answer.decode()}")
    return "one request by either export; sent as it was made, its body gets 200"


ROWS: Final = (
    Row("openapi-generator, Python", "openapi-generator-cli", _generator_python),
    Row("openapi-generator, TypeScript", "openapi-generator-cli", _generator_typescript),
    Row("openapi-python-client, JSON alone", "openapi-python-client", _python_client_of_json),
    Row(
        "openapi-python-client",
        "openapi-python-client",
        lambda shop: _python_client(shop, "openapi-3.1.yaml"),
        _LAST_ONE_WINS,
    ),
    Row("openapi-typescript with openapi-fetch", "openapi-typescript", _openapi_typescript),
    Row("hey-api", "@hey-api/openapi-ts", _hey_api),
    Row("orval", "orval", _orval),
    Row("postman", "openapi-to-postmanv2", _postman),
    Row("bruno", "@usebruno/converters", _bruno),
)
