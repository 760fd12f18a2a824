// Judges JSON texts by one schema with Ajv. In: a line of JSON {kind, schema} on standard input, then one JSON text a
// line, each as a JSON string. Out: one character a text, 1 valid, 0 invalid, x where JSON.parse cannot read it.
"use strict";
const { createInterface } = require("readline");
const openapi30 = require("@openapi-contrib/openapi-schema-to-json-schema");

function compiled({ kind, schema }) {
  if (kind === "2020-12") return new (require("ajv/dist/2020"))().compile(schema); // strict, as it comes
  if (kind === "draft-07") return new (require("ajv"))().compile(schema);
  if (kind === "openapi-3.1") {
    const Ajv = require("ajv/dist/2020"); // formats and OpenAPI's own keywords are annotations there
    return new Ajv({ validateFormats: false, strictTypes: false, keywords: ["xml", "example", "externalDocs", "components"] }).compile(schema);
  }
  const convert = openapi30.openapiSchemaToJsonSchema || openapi30.default;
  const { components, ...root } = schema;
  const plain = { ...convert(root), components: { schemas: {} } };
  for (const [name, held] of Object.entries(components.schemas)) plain.components.schemas[name] = convert(held);
  delete plain.$schema;
  for (const held of Object.values(plain.components.schemas)) delete held.$schema;
  const Ajv = require("ajv-draft-04");
  return new Ajv({ validateFormats: false, strict: false }).compile(plain);
}

let validate;
let said = "";
createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  if (!validate) {
    validate = compiled(JSON.parse(line));
    return;
  }
  let value;
  try {
    value = JSON.parse(JSON.parse(line).replace(/^\ufeff/, "")) // as TextDecoder drops the mark
  } catch {
    said += "x";
    return;
  }
  said += validate(value) ? "1" : "0";
}).on("close", () => process.stdout.write(said));
