/**
 * Entry of the null target: answers every read with the same octets, as cheaply as Node can. A process of its own, so
 * that it shares no event loop with the load. Ends with the parent that started it, which asks it for its CPU time.
 */
import { createServer } from "node:net";

/** Told to the parent: the port once, then for each message of it the CPU time used so far. */
export type NullTargetMessage = { readonly port: number } | { readonly cpuMs: number };

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => {});
  socket.on("data", () => socket.write(ANSWER, "latin1"));
});
const tell = (message: NullTargetMessage) => process.send?.(message);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address !== "string") tell({ port: address.port });
});
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  tell({ cpuMs: (user + system) / 1000 });
});
process.once("disconnect", () => process.exit(0));
