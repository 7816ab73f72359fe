import type { Context } from "hono";
import type { z } from "zod";
import { MAX_BODY_BYTES } from "./access.ts";
import { PageError } from "./page-error.ts";

/** The JSON body of a write, as its schema has it. @throws PageError 400, 413, 422 */
export async function readBody<T extends z.ZodType>(context: Context, schema: T): Promise<z.output<T>> {
  const text = await readText(context.req.raw.body);
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new PageError(422, parsed.error.issues.map(issueText).join("; "));
}

/** What is beyond a limit says of itself what it is; anything else no page of ours sends. */
function issueText({ code, path, message }: z.core.$ZodIssue): string {
  const isLimit = code === "too_big" || code === "too_small";
  return isLimit ? message : `${path.join(".") || "body"}: ${message}`;
}

/** Counted as it comes: a length that was promised, or none, says nothing. */
async function readText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes > MAX_BODY_BYTES) {
      await reader?.cancel();
      throw new PageError(413, `a body holds at most ${MAX_BODY_BYTES} bytes`);
    }
    parts.push(part.value);
  }
  return Buffer.concat(parts).toString("utf8");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PageError(400, "the body is not JSON");
  }
}
