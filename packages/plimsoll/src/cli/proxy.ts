import { PlimsollError } from "../base/errors.ts";

/** Where requests go, as a proxy's environment variables judge it. */
export interface ProxiedTarget {
  readonly origin: string;
  /** All that its name resolved to. */
  readonly addresses: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a target: `HTTP_PROXY` or `HTTPS_PROXY` by the target's scheme, written
 * small or large, unless `NO_PROXY` leaves the target out. Loopback targets never go through one: no proxy sees them.
 *
 * @throws USAGE for a variable that is no http or https URL
 */
export function proxyFor(target: ProxiedTarget, env: Environment): string | undefined {
  const url = new URL(target.origin);
  const name = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const written = variable(env, name);
  const hostname = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (written === undefined || isLoopback(hostname) || target.addresses.every(isLoopback)) return undefined;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (isLeftOut(hostname, port, variable(env, "NO_PROXY") ?? "")) return undefined;
  const proxy = written.includes("://") ? written : `http://${written}`;
  if (isHttpUrl(proxy)) return proxy;
  throw new PlimsollError("USAGE", `${name} in the environment is no http:// or https:// address`, {
    hint: `Set it to one such as http://proxy.example.com:3128, or unset it.`,
  });
}

/** What of a proxy's address must not be seen anywhere. */
export function proxySecrets(proxyUrl: string | undefined): string[] {
  if (proxyUrl === undefined) return [];
  const { username, password } = new URL(proxyUrl);
  const [name, word] = [decodeURIComponent(username), decodeURIComponent(password)];
  return word === "" ? [] : [`${name}:${word}`, word];
}

function isHttpUrl(text: string): boolean {
  try {
    const { protocol, username, password } = new URL(text);
    // A stray % in them would be found only when the first connection is made.
    decodeURIComponent(username + password);
    return /^https?:$/.test(protocol);
  } catch {
    return false;
  }
}

/** As curl: the small one first; an empty one is none. */
function variable(env: Environment, name: string): string | undefined {
  return env[name.toLowerCase()] || env[name] || undefined;
}

function isLoopback(host: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+|localhost|.*\.localhost)$/i.test(host);
}

/** `NO_PROXY=internal.example.com,.corp,10.0.0.9:8000` or `*`: names with what is below them, each with a port or any. */
function isLeftOut(hostname: string, port: string, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, written = "", onlyPort] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const name = written.replace(/^\[|\]$/g, "").replace(/^\*?\./, "");
      if (onlyPort !== undefined && onlyPort !== port) return false;
      return name !== "" && (hostname === name || hostname.endsWith(`.${name}`));
    });
}
