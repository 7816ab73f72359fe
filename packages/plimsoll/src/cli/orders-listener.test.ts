import { once } from "node:events";
import { stat } from "node:fs/promises";
import { connect } from "node:net";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { type GivenOrder, listenForOrders, readOrder } from "./orders-listener.ts";

async function say(path: string, text: string, answers: number): Promise<readonly unknown[]> {
  const socket = connect(path);
  socket.write(text);
  let heard = "";
  while (heard.split("\n").length <= answers) {
    const [part] = await once(socket.setEncoding("utf8"), "data");
    heard += part;
  }
  socket.destroy();
  return heard
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("listenForOrders", () => {
  test("hands each order over with who gave it, and answers in turn; a refusal says why", async () => {
    const heard: GivenOrder[] = [];
    const listener = await listenForOrders((given) => {
      heard.push(given);
      return given.order === "stop" ? "not now" : undefined;
    });
    const text = '{"id":7,"do":"steer","users":50,"who":"page"}\n{"id":8,"do":"stop"}\nnonsense\n';
    expect(await say(listener!.path, text, 3)).toEqual([
      { id: 7, ok: true },
      { id: 8, ok: false, message: "not now" },
      { id: null, ok: false, message: "that is no order" },
    ]);
    expect(heard).toEqual([
      { order: { users: 50 }, who: "page" },
      { order: "stop", who: "somebody" },
    ]);
    await listener!.close();
  });

  test.skipIf(process.platform === "win32")("only this user may reach it, and it leaves nothing behind", async () => {
    const listener = await listenForOrders(() => undefined);
    const folder = dirname(listener!.path);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    await listener!.close();
    await expect(stat(folder)).rejects.toThrow("ENOENT");
  });

  test("a line without end is not kept", async () => {
    const listener = await listenForOrders(() => undefined);
    const socket = connect(listener!.path);
    socket.on("error", () => {});
    socket.write("x".repeat(10_000));
    await once(socket, "close");
    await listener!.close();
  });
});

describe("readOrder", () => {
  test.each([
    [{ do: "pause" }, { paused: true }],
    [{ do: "resume" }, { resumed: true }],
    [{ do: "steer", ratePerSec: 2.5 }, { ratePerSec: 2.5 }],
    [{ do: "steer", users: 0 }, { users: 0 }],
    [{ do: "steer", users: 1.5 }, undefined],
    [{ do: "steer", users: -1 }, undefined],
    [{ do: "steer", users: 1e9 }, undefined],
    [{ do: "steer", ratePerSec: Number.NaN }, undefined],
    [{ do: "steer" }, undefined],
    [{ do: "explode" }, undefined],
  ])("%j is %j", (asked, order) => {
    expect(readOrder(asked)).toEqual(order);
  });
});
