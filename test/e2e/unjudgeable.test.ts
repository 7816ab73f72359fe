import { join } from "node:path";
import { expect, test } from "vitest";
import { startRawServer } from "../support/raw-server.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";

const EMPTY_ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const WARNING = /^warning: drift < 10% cannot be judged in run: it needs 2 m of level load after the warm-up/m;

test("a threshold that the plan leaves no chance is told before anything is sent, and among the findings", async () => {
  const server = await startRawServer((_path, socket) => socket.write(EMPTY_ANSWER));
  const out = join(tempDir(), "out");
  const args = ["run", "--url", `${server.url}/`, "--rate", "20/s", "--duration", "1s", "--out", out];
  const asked = [...args, "--threshold", "drift < 10%"];
  const ran = await runCli(asked);
  await server.close();
  expect([ran.code, ran.stderr]).toEqual([3, expect.stringMatching(WARNING)]);
  expect(summaryIn(out).findings).toContainEqual(expect.objectContaining({ code: "unjudgeable", level: "warning" }));
  // Nobody is there to send anything to.
  const unsent = await runCli(asked);
  expect([unsent.code, unsent.stderr]).toEqual([4, expect.stringMatching(WARNING)]);
  expect((await runCli([...args, "--threshold", "errors < 10%"])).stderr).not.toContain("cannot be judged");
});
