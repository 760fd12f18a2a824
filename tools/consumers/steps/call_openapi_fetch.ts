// Send the sample by openapi-fetch with the types of openapi-typescript: the argument is the address of a server.
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./typescript_types/relation";

type Relation = components["schemas"]["ContactRelationEntityToSave"];
const relation: Relation = JSON.parse(readFileSync("request.json", "utf8"));
const headers = { Authorization: `Basic ${btoa("demo:demo")}` };
const client = createClient<paths>({ baseUrl: process.argv[2], headers });

// @ts-expect-error a mandatory id is missing
export const missing: Relation = { SourceContactId: 874 };
// @ts-expect-error an id is a number
export const wrong: Relation = { SourceContactId: "874", DestinationContactId: 955 };
// @ts-expect-error no such property
export const unknown: Relation = { SourceContactId: 874, DestinationContactId: 955, Coment: "est" };

(async () => {
  const { data, error, response } = await client.POST("/api/v1/Relation", { body: relation });
  console.log(response.status, data ? data.Comment : error?.ErrorMessage);
})();
