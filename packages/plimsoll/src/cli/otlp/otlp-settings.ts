import { PlimsollError } from "../../base/errors.ts";

/** How a body goes over the wire. */
export type OtlpFormat = "protobuf" | "json";

export interface OtlpSettings {
  readonly url: URL;
  readonly format: OtlpFormat;
  /** From the environment; values are credentials as a rule and are never shown. */
  readonly headers: Readonly<Record<string, string>>;
}

const DEFAULT_PATH = "/v1/metrics";
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NOT_IN_HEADER = /[^\t\x20-\x7e]/;

/**
 * Where metrics are pushed: `/v1/metrics` where the URL names no path, with the headers of
 * `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_EXPORTER_OTLP_METRICS_HEADERS` (`key=value,key2=value2`, percent-encoded).
 * @throws USAGE
 */
export function otlpSettings(address: string, format: OtlpFormat, env: NodeJS.ProcessEnv): OtlpSettings {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new PlimsollError(
      "USAGE",
      `--otlp takes a URL such as http://127.0.0.1:4318, not "${withoutUserInfo(address)}"`,
    );
  if (url.username !== "" || url.password !== "")
    throw new PlimsollError("USAGE", "the URL of --otlp holds user info, which would stand in reports as plain text", {
      hint: "Put it into the environment: OTEL_EXPORTER_OTLP_HEADERS='authorization=Basic …'.",
    });
  if (url.pathname === "/") url.pathname = DEFAULT_PATH;
  const headers = ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_METRICS_HEADERS"].flatMap((name) =>
    readHeaders(name, env[name] ?? ""),
  );
  return { url, format, headers: Object.fromEntries(headers) };
}

/** @throws USAGE, without the value */
function readHeaders(variable: string, text: string): readonly (readonly [string, string])[] {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  return pairs.map((pair) => {
    const at = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, at)).trim().toLowerCase();
    const value = decoded(pair.slice(at + 1).trim());
    if (!TOKEN.test(name) || NOT_IN_HEADER.test(value))
      throw new PlimsollError("USAGE", `${variable} holds something that is no header`, {
        hint: "Write key=value,key2=value2, with what is special percent-encoded.",
      });
    return [name, value];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutUserInfo(address: string): string {
  return address.replace(/\/\/[^@/]*@/, "//***@");
}
