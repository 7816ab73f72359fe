/** What a request's head says that matters here. */
export interface RequestHead {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly isKeptAlive: boolean;
  readonly isChunked: boolean;
  /** Of a body that is not chunked. */
  readonly bodyBytes: number;
  /** The client waits for 100 before it sends its body. */
  readonly isWaiting: boolean;
}

const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/** Request line and header fields without the empty line; `undefined` when it is not HTTP/1 or its length is not clear. */
export function parseRequestHead(text: string): RequestHead | undefined {
  const lines = text.split("\r\n");
  const [, method, target, minor] = REQUEST_LINE.exec(lines[0]!) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const key = name.toLowerCase();
    const isRepeated = fields.has(key) && (key === "content-length" || key === "transfer-encoding");
    if (isRepeated) return undefined;
    fields.set(key, value);
  }
  const length = fields.get("content-length") ?? "0";
  const encoding = fields.get("transfer-encoding")?.toLowerCase();
  const isClear = encoding === undefined ? /^\d{1,15}$/.test(length) : !fields.has("content-length");
  if (!isClear || (encoding !== undefined && encoding !== "chunked")) return undefined;
  const connection = fields.get("connection")?.toLowerCase() ?? "";
  return {
    method,
    path: pathOf(target),
    isKeptAlive: minor === "1" ? !/\bclose\b/.test(connection) : /\bkeep-alive\b/.test(connection),
    isChunked: encoding !== undefined,
    bodyBytes: encoding === undefined ? Number(length) : 0,
    isWaiting: fields.get("expect")?.toLowerCase() === "100-continue",
  };
}

/** The absolute form, which proxies are sent, has its origin before the path. */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/, "").replace(/[?#].*$/, "");
  return path === "" ? "/" : path;
}
