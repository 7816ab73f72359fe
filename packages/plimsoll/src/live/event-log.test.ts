import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../base/json.ts";
import { EventLog } from "./event-log.ts";
import { applyPatch } from "./json-patch.ts";

/** A page: holds a document and the number of its last event. */
class Viewer {
  document: JsonValue | undefined;
  n: number | undefined;
  readonly names: string[] = [];

  take(log: EventLog): void {
    const news = log.since(this.n);
    for (const [, id, name, json] of (news?.text ?? "").matchAll(/id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/g)) {
      const data = JSON.parse(json!);
      if (name === "patch" && data.after !== this.n) throw new Error(`a gap: ${data.after} after ${this.n}`);
      this.document = name === "patch" ? applyPatch(this.document!, data.patch) : data.document;
      this.n = Number(id);
      this.names.push(name!);
    }
  }
}

test("who keeps up gets the whole once, then what changed; at the end the whole again", () => {
  const log = new EventLog();
  const viewer = new Viewer();
  viewer.take(log);
  for (const n of [1, 2, 5]) {
    log.add(n, { list: Array.from({ length: n }, (_, index) => index) });
    viewer.take(log);
    viewer.take(log);
  }
  log.finish(5, { list: [], isOver: true });
  viewer.take(log);
  expect(viewer.names).toEqual(["snapshot", "patch", "patch", "end"]);
  expect([viewer.n, viewer.document]).toEqual([5, { list: [], isOver: true }]);
});

test("who comes back too late, or from another time, gets the whole", () => {
  const log = new EventLog();
  for (let n = 0; n < 400; n++) log.add(n, { n });
  for (const n of [3, 10_000]) {
    expect(log.since(n)?.text).toContain("event: snapshot");
    expect(log.since(n)?.n).toBe(399);
  }
  expect(log.since(390)?.text).not.toContain("event: snapshot");
});

test("large changes are not kept without end", () => {
  const log = new EventLog();
  for (let n = 0; n < 20; n++) log.add(n, { text: String(n).padStart(1_000_000, "x") });
  expect(log.since(17)?.text.length).toBeLessThan(4_000_000);
  expect(log.since(3)?.text).toContain("event: snapshot");
});

describe("laws", () => {
  test("whenever a viewer looks, and whenever it was away, it then holds the document as it is", () => {
    const steps = fc.array(fc.record({ document: fc.jsonValue({ maxDepth: 3 }), looks: fc.boolean() }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const log = new EventLog();
        const viewer = new Viewer();
        list.forEach(({ document, looks }, index) => {
          const plain: JsonValue = JSON.parse(JSON.stringify(document));
          log.add(index * 3, plain);
          if (!looks) return;
          viewer.take(log);
          expect(viewer.document).toEqual(plain);
        });
      }),
    );
  });
});
