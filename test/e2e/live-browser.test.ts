import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { CHROMIUM_NEED, HAS_CHROMIUM, launchBrowser } from "../support/browser.ts";
import { answersAfter, startKnownServer } from "../support/known-server.ts";
import { openPage, startPageForTest } from "../support/live-page.ts";
import { testNeeding } from "../support/needs.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

const testInBrowser = testNeeding(HAS_CHROMIUM, CHROMIUM_NEED);

/** A page's server with one finished run, a server that is another origin, and a browser that is signed in. */
async function signedIn() {
  const dir = join(tempDir(), "results");
  const other = await startKnownServer(answersAfter(1));
  onTestFinished(() => other.close());
  const flags = ["--url", other.url, "--users", "2", "--think", "50ms", "--duration", "2s", "--out", dir];
  expect((await runCli(["run", ...flags])).code).toBeOneOf([0, 3]);
  const server = await startPageForTest(["--dir", dir]);
  const { id } = (await (await openPage(server)).json("/api/runs")).runs[0];
  const page = await (await launchBrowser()).newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${server.origin}/#t=${server.token}`);
  await page.getByText(other.url.slice(7)).first().waitFor();
  return { server, other, page, complaints, id: String(id), shown: page.getByText(other.url.slice(7)).first() };
}

describe("in a browser", () => {
  testInBrowser("the printed address opens a session, and its token is gone from the address bar", async () => {
    const { server, page, complaints, id, shown } = await signedIn();
    expect(page.url()).not.toContain(server.token);
    expect(await page.evaluate("document.cookie")).toBe("");
    await page.reload();
    await shown.waitFor();
    const state = await page.evaluate(`new Promise((resolve, reject) => {
      const source = new EventSource("/api/runs/${id}/events");
      source.addEventListener("end", (event) => { source.close(); resolve(JSON.parse(event.data).document.state); });
      source.onerror = reject;
    })`);
    expect(state).toBe("ended");
    expect(complaints).toEqual([]);
  });

  testInBrowser("a report works, and can neither ask this server nor any other", async () => {
    const { server, other, page, complaints, id } = await signedIn();
    await page.goto(`${server.origin}/api/runs/${id}/files/report.html`);
    await page.locator(".chart.is-live canvas").first().waitFor();
    expect(complaints).toEqual([]);
    expect(await page.evaluate("self.origin")).toBe("null");
    for (const address of ["/api/runs", other.url])
      expect(await page.evaluate(`fetch(${JSON.stringify(address)}).then(() => "read", () => "refused")`)).toBe(
        "refused",
      );
  });

  testInBrowser(
    "another origin on this machine, to which cookies go too, reads nothing and removes nothing",
    async () => {
      const { server, other, page, id } = await signedIn();
      await page.goto(other.url);
      const run = `${server.origin}/api/runs/${id}`;
      const answers = await page.evaluate(`(async () => {
      const outcomes = [];
      for (const [address, options] of [
        ["${run}", { credentials: "include" }],
        ["${server.origin}/metrics", {}],
        ["${run}", { method: "DELETE", credentials: "include", body: '{"confirm":"${id}"}', headers: { "content-type": "application/json" } }],
        ["${run}/stop", { method: "POST", mode: "no-cors", credentials: "include", body: "{}" }],
      ])
        outcomes.push(await fetch(address, options).then((answer) => answer.type, () => "refused"));
      return outcomes;
    })()`);
      // What no-cors brings is opaque, and refused by the server all the same.
      expect(answers).toEqual(["refused", "refused", "refused", expect.stringMatching(/opaque|refused/)]);
      expect((await (await openPage(server)).json(`/api/runs/${id}`)).run.id).toBe(id);
    },
  );
});
