"""Send the sample by the client that OpenAPI Generator made: ``post_openapi_client.py ADDRESS``; prints the answer."""

import sys
from pathlib import Path

sys.path.insert(0, "generator_python")

from openapi_client import ApiClient, Configuration, ContactRelationEntityToSave, RelationApi

configuration = Configuration(host=sys.argv[1], username="demo", password="demo")
relation = ContactRelationEntityToSave.from_json(Path("request.json").read_text(encoding="utf-8"))
with ApiClient(configuration) as client:
    answer = RelationApi(client).save_relation_with_http_info(relation)
print(answer.status_code, type(answer.data).__name__, answer.data.comment)
