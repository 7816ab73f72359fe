/** A server that plays one reply after the other, octet for octet and packet for packet; for the fuzz. */
import { createServer, type Socket } from "node:net";
import { pieces, type Reply } from "./response-arbitrary.ts";

/** Event-loop turns after which a client in this process has read whatever loopback holds for it. */
const TURNS = 6;

/** What a case is answered with, and what the server saw of it. */
export interface Scene {
  readonly reply: Reply;
  /** What its requests must ask for: one that is late belongs to a scene before. */
  readonly path: string;
  /** To be set when the client has its answer: the server closes a connection only under one that still waits. */
  hasAnswer: boolean;
  /** On which connection each request came. */
  readonly askedOn: number[];
}

export interface ReplyServer extends AsyncDisposable {
  readonly port: number;
  /** The first request of a scene gets its reply, all later ones a 200 `second`. */
  play(reply: Reply): Scene;
}

const SECOND = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond";

export async function startReplyServer(): Promise<ReplyServer> {
  const sockets = new Set<Socket>();
  let connectionCount = 0;
  let sceneCount = 0;
  let scene: Scene | undefined;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const connectionIndex = connectionCount++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("end", () => socket.end());
    let pending = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      pending += text;
      if (!pending.endsWith("\r\n\r\n")) return;
      const path = pending.split(" ")[1];
      pending = "";
      const current = scene;
      if (current === undefined || current.path !== path) return;
      current.askedOn.push(connectionIndex);
      if (current.askedOn.length === 1) act(current, socket);
      else socket.write(SECOND);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return {
    port: address.port,
    play: (reply) => {
      scene = { reply, path: `/${sceneCount++}`, hasAnswer: false, askedOn: [] };
      return scene;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.resetAndDestroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function act(scene: Scene, socket: Socket): void {
  const left = pieces(scene.reply.text, scene.reply.cuts);
  let turns = TURNS;
  const step = () => {
    const piece = left.shift();
    if (socket.destroyed) return;
    if (piece !== undefined) socket.write(piece, "latin1");
    else if (--turns === 0) {
      if (!scene.hasAnswer) socket.end();
      return;
    }
    setImmediate(step);
  };
  step();
}
