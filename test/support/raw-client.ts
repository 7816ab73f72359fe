import { connect } from "node:net";
import type { Page } from "./live-page.ts";

/** Sends octets as they are and returns what came back until the server hung up. */
export function sendRaw({ port }: Pick<Page, "port">, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port }, () => socket.write(text));
    let answer = "";
    socket.setEncoding("latin1").on("data", (part: string) => {
      answer += part;
    });
    socket.once("close", () => resolve(answer));
    // A server that hangs up at once resets what it has not read.
    socket.once("error", (error) => ("code" in error && error.code === "ECONNRESET" ? resolve(answer) : reject(error)));
  });
}
