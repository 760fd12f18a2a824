"""Send the sample by the client that openapi-python-client made: ``post_generated.py ADDRESS``; prints the answer."""

import json
import sys
from pathlib import Path

from python_client.relation_client import AuthenticatedClient
from python_client.relation_client.api.relation import save_relation
from python_client.relation_client.models import ContactRelationEntityToSave

client = AuthenticatedClient(base_url=sys.argv[1], token="ZGVtbzpkZW1v", prefix="Basic")
relation = ContactRelationEntityToSave.from_dict(json.loads(Path("request.json").read_text(encoding="utf-8")))
answer = save_relation.sync_detailed(client=client, body=relation)
parsed = answer.parsed
print(int(answer.status_code), type(parsed).__name__, getattr(parsed, "comment", answer.content.decode()[:200]))
