// Send the sample by the client of Orval: the argument is the address of a server.
import { readFileSync } from "node:fs";
import { type ContactRelationEntityToSave, saveRelation } from "./orval/client";

const relation: ContactRelationEntityToSave = JSON.parse(readFileSync("request.json", "utf8"));
// its addresses are without a host, as pages have them
const fetched = globalThis.fetch;
globalThis.fetch = (path, options) => fetched(new URL(String(path), process.argv[2]), options);

// @ts-expect-error a mandatory id is missing
export const missing: ContactRelationEntityToSave = { SourceContactId: 874 };
// @ts-expect-error an id is a number
export const wrong: ContactRelationEntityToSave = { SourceContactId: "874", DestinationContactId: 955 };

(async () => {
  const headers = { Authorization: `Basic ${btoa("demo:demo")}`, "Content-Type": "application/json" };
  const { data, status } = await saveRelation(relation, undefined, { headers });
  console.log(status, status === 200 ? data.Comment : JSON.stringify(data));
})();
