import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A proxy that tunnels (`CONNECT`), wherever it was asked to, to one port of loopback. */
export interface ConnectProxy extends AsyncDisposable {
  readonly port: number;
  /** Where each tunnel was asked to go, such as `10.0.0.9:8000`. */
  readonly tunnels: readonly string[];
  /** `proxy-authorization` of each. */
  readonly authorizations: readonly (string | undefined)[];
}

/** `refuses`: 403 to all; `hangs`: no answer at all. */
export async function startConnectProxy(toPort: number, manner: "tunnels" | "refuses" | "hangs" = "tunnels") {
  const tunnels: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("connect", (request, client, head) => {
    tunnels.push(request.url ?? "");
    authorizations.push(request.headers["proxy-authorization"]);
    if (manner === "hangs") return;
    if (manner === "refuses") {
      client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const target = connect(toPort, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) target.write(head);
      target.pipe(client).pipe(target);
    });
    for (const end of [target, client]) end.on("error", () => {});
    target.on("close", () => client.destroy());
    client.on("close", () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    tunnels,
    authorizations,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  } satisfies ConnectProxy;
}
