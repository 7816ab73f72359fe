import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A plain HTTP proxy by which a browser loses a server that is there. */
export interface ForwardProxy {
  readonly url: string;
  /** Breaks every connection, and all that are tried until `mend`. */
  readonly break: () => void;
  readonly mend: () => void;
}

/** Starts one on loopback; it is stopped when the test is over. */
export async function startForwardProxy(): Promise<ForwardProxy> {
  let isBroken = false;
  const server = createServer((asked, answer) => {
    if (isBroken) return void asked.socket.destroy();
    const { method, headers, url = "" } = asked;
    const sent = request(url, { method, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.once("error", () => answer.destroy()).pipe(answer);
    });
    sent.once("error", () => answer.destroy());
    answer.once("close", () => sent.destroy());
    asked.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port }: AddressInfo = addressOf(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    break: () => {
      isBroken = true;
      server.closeAllConnections();
    },
    mend: () => {
      isBroken = false;
    },
  };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("a server without a port");
  return address;
}
