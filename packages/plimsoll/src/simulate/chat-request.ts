import { z } from "zod";
import { parseJson } from "../base/json.ts";

/** What a chat completion asks for. */
export interface ChatRequest {
  readonly isStream: boolean;
  readonly isUsageWanted: boolean;
  /** At most so many tokens; `undefined`: as many as the server likes. */
  readonly maxTokenCount: number | undefined;
  /** Words of all messages, which count as the prompt's tokens. */
  readonly promptTokenCount: number;
}

const tokenLimit = z.number().int().min(1).nullish();

/** The part of OpenAI's shape that matters here; the rest is let by. */
const shape = z.object({
  messages: z.array(z.object({ content: z.unknown().optional() })).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
});

/** `undefined` when the body is no chat completion's. */
export function parseChatRequest(body: string): ChatRequest | undefined {
  const parsed = shape.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const { messages, stream, stream_options, max_tokens, max_completion_tokens } = parsed.data;
  return {
    isStream: stream === true,
    isUsageWanted: stream_options?.include_usage === true,
    maxTokenCount: max_completion_tokens ?? max_tokens ?? undefined,
    promptTokenCount: messages.reduce((sum, { content }) => sum + wordCount(content), 0),
  };
}

function wordCount(content: unknown): number {
  const text = typeof content === "string" ? content : JSON.stringify(content ?? "");
  return text.split(/\s+/).filter((word) => word !== "").length;
}
