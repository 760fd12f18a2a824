// The types of json-schema-to-typescript take a good relation, and no others.
import type { JsonTypes } from "./json_types";

export const good: JsonTypes = { SourceContactId: 874, DestinationContactId: 955, Comment: null };
// @ts-expect-error a mandatory id is missing
export const missing: JsonTypes = { SourceContactId: 874 };
// @ts-expect-error no such property
export const unknown: JsonTypes = { SourceContactId: 874, DestinationContactId: 955, Coment: "est" };
