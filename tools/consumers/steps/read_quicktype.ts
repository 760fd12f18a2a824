// Read the sample, and a broken one, by what quicktype made.
import { readFileSync } from "node:fs";
import { Convert } from "./quicktype";

console.log(Convert.toRelation(readFileSync("request.json", "utf8")).Comment);
try {
  Convert.toRelation('{"SourceContactId": "874", "DestinationContactId": 955}');
  console.log("broken taken");
} catch {
  console.log("broken refused");
}
