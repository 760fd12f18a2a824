"""What openapi-core says of requests: run by the Python that has it, from JSON on standard input to JSON.

Requests are Werkzeug's, taken by its integration; the errors are all that ``iter_request_errors`` yields.
"""

import json
import sys
from typing import Any


def main() -> None:
    """Read ``{"spec": ..., "requests": [...]}``, and print the version and, for each request, layers and words."""
    from importlib.metadata import version

    from openapi_core import OpenAPI  # type: ignore[import-not-found]

    given = json.load(sys.stdin)
    contract = OpenAPI.from_dict(given["spec"])
    said = [
        [pair for error in contract.iter_request_errors(_request(asked)) for pair in _said(error)]
        for asked in given["requests"]
    ]
    json.dump({"version": version("openapi-core"), "said": said}, sys.stdout)


def _request(asked: Any) -> Any:
    from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest  # type: ignore[import-not-found]
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request

    builder = EnvironBuilder(
        path=asked["path"],
        query_string=asked["query"],
        method=asked["method"],
        headers=asked["headers"],
        data=asked["body"].encode(),
    )
    return WerkzeugOpenAPIRequest(Request(builder.get_environ()))


def _said(error: Any) -> list[tuple[str, str]]:
    """The layer and the words of an error; of a body that breaks its schema, those of each broken rule."""
    from openapi_core.templating.media_types.exceptions import MediaTypeNotFound  # type: ignore[import-not-found]
    from openapi_core.templating.paths.exceptions import PathError  # type: ignore[import-not-found]
    from openapi_core.validation.request.exceptions import (  # type: ignore[import-not-found]
        ParameterValidationError,
        RequestBodyValidationError,
        SecurityValidationError,
    )

    name, cause = type(error).__name__, error.__cause__
    if isinstance(error, PathError):
        return [("method", f"{name}: {error}")]
    if isinstance(error, SecurityValidationError):
        return [("credentials", f"{name}: {cause or error}")]
    if isinstance(error, ParameterValidationError):
        layer = error.location
    elif isinstance(error, RequestBodyValidationError):
        layer = "Content-Type" if isinstance(cause, MediaTypeNotFound) else "body"
    else:
        raise TypeError(f"{name} is of no known layer")
    rules = getattr(cause, "schema_errors", None)
    if not rules:
        return [
            (layer, f"{name}: {error}" if cause is None or str(cause) in str(error) else f"{name}: {error}: {cause}")
        ]
    head = f"{name}: {error}".partition(": Value ")[0]  # it would show the whole body
    return [(layer, f"{head}: {rule.message}") for rule in rules]


if __name__ == "__main__":
    main()
