// Send the sample by the client of @hey-api/openapi-ts: the argument is the address of a server.
import { readFileSync } from "node:fs";
import { type ContactRelationEntityToSave, saveRelation } from "./hey_api";
import { client } from "./hey_api/client.gen";

const relation: ContactRelationEntityToSave = JSON.parse(readFileSync("request.json", "utf8"));
client.setConfig({ baseUrl: process.argv[2], auth: (auth) => (auth.scheme === "basic" ? "demo:demo" : undefined) });

// @ts-expect-error a mandatory id is missing
export const missing: ContactRelationEntityToSave = { SourceContactId: 874 };
// @ts-expect-error an id is a number
export const wrong: ContactRelationEntityToSave = { SourceContactId: "874", DestinationContactId: 955 };

(async () => {
  const { data, error, response } = await saveRelation({ body: relation });
  console.log(response?.status, data ? data.Comment : JSON.stringify(error));
})();
