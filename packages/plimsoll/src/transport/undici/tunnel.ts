import { Client } from "undici";

export interface TunnelAttempt {
  /** Scheme, host and port beyond the proxy. */
  readonly origin: string;
  /** `http://user:password@proxy:3128` */
  readonly proxyUrl: string;
  readonly timeoutMs: number;
}

/** Asks a proxy for a tunnel to the target and lets it go at once; answers why there is none, in words safe to print. */
export async function tryTunnel({ origin, proxyUrl, timeoutMs }: TunnelAttempt): Promise<string | undefined> {
  const proxy = new URL(proxyUrl);
  const { hostname, port, protocol } = new URL(origin);
  const path = `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
  const client = new Client(proxy.origin, { connect: { timeout: timeoutMs } });
  try {
    const headers = { host: path, ...authorization(proxy) };
    const { statusCode, socket } = await client.connect({
      path,
      headers,
      signal: AbortSignal.timeout(Math.ceil(timeoutMs)),
    });
    socket.on("error", () => {}).destroy();
    return statusCode === 200 ? undefined : `the proxy ${proxy.host} answered ${statusCode} to CONNECT ${path}`;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no answer in time";
    return `the proxy ${proxy.host} opened no tunnel to ${path} (${code})`;
  } finally {
    await client.destroy();
  }
}

function authorization({ username, password }: URL): { readonly "proxy-authorization"?: string } {
  if (username === "" || password === "") return {};
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(plain).toString("base64")}` };
}
