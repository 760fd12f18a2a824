// Import a document into a Bruno collection, and print its requests: node bruno.mjs DOCUMENT
import { readFileSync } from "node:fs";
import { openApiToBruno } from "@usebruno/converters";

const collection = openApiToBruno(JSON.parse(readFileSync(process.argv[2], "utf8")));
const requests = (items) => items.flatMap((item) => (item.request ? [item] : requests(item.items ?? [])));
for (const { name, request } of requests(collection.items)) {
  console.log(JSON.stringify({ name, method: request.method, url: request.url, mode: request.body.mode, json: request.body.json, headers: request.headers.map((one) => one.name) }));
}
