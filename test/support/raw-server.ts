import { createServer, type Socket } from "node:net";

/** A server that answers with exactly the octets, closes and silences it is told to. */
export interface RawServer {
  readonly url: string;
  /** Request lines, in the order in which they came. */
  readonly requestLines: readonly string[];
  close(): Promise<void>;
}

/** Listens on a free loopback port; `answer` is called with each request line and the socket to answer on. */
export async function startRawServer(answer: (path: string, socket: Socket) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requestLines: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    let pending = "";
    socket.setEncoding("latin1");
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (text: string) => {
      pending += text;
      for (let end = pending.indexOf("\r\n\r\n"); end >= 0; end = pending.indexOf("\r\n\r\n")) {
        const line = pending.slice(0, pending.indexOf("\r\n"));
        pending = pending.slice(end + 4);
        requestLines.push(line);
        answer(line.split(" ")[1] ?? "", socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requestLines,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
