import { z } from "zod";
import type { JsonValue } from "../base/json.ts";
import { specSchema } from "./written-spec.ts";

/** JSON Schema (2020-12) of the written form, for editors; made from the very schema that parsing uses. */
export function specJsonSchema(): JsonValue {
  const schema = z.toJSONSchema(specSchema, { io: "input", unrepresentable: "any", target: "draft-2020-12" });
  // Through text: zod hangs methods and a non-enumerable `~standard` on what it returns.
  const plain: JsonValue = JSON.parse(JSON.stringify(schema));
  return plain;
}
