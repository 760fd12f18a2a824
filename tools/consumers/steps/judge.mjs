// Compile a JSON Schema with Ajv in strict mode, and judge files by it: node judge.mjs SCHEMA FILE...
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

const [schema, ...files] = process.argv.slice(2).map((path) => [path, JSON.parse(readFileSync(path, "utf8"))]);
const ajv = new (schema[1].$schema.includes("2020-12") ? Ajv2020 : Ajv)({ strict: true, allErrors: true, allowUnionTypes: true });
formats.default(ajv);
const validate = ajv.compile(schema[1]);
for (const [path, value] of files) console.log(path, validate(value) ? "valid" : ajv.errorsText(validate.errors));
