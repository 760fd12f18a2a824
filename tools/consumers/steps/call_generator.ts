// Send the sample by the client of OpenAPI Generator's typescript-fetch: the argument is the address of a server.
import { readFileSync } from "node:fs";
import { Configuration, type ContactRelationEntityToSave, ContactRelationEntityToSaveFromJSON, RelationApi } from "./generator_typescript";

const relation = ContactRelationEntityToSaveFromJSON(JSON.parse(readFileSync("request.json", "utf8")));
const api = new RelationApi(new Configuration({ basePath: process.argv[2], username: "demo", password: "demo" }));

// @ts-expect-error a mandatory id is missing
export const missing: ContactRelationEntityToSave = { sourceContactId: 874 };
// @ts-expect-error an id is a number
export const wrong: ContactRelationEntityToSave = { sourceContactId: "874", destinationContactId: 955 };

(async () => {
  const { raw } = await api.saveRelationRaw({ contactRelationEntityToSave: relation });
  console.log(raw.status, (await raw.json()).Comment);
})();
