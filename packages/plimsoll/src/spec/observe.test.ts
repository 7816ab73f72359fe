import { describe, expect, test } from "vitest";
import { PlimsollError } from "../base/errors.ts";
import { parseSpec } from "./parse-spec.ts";
import { redact, referencedNames, secretValues } from "./secrets.ts";
import type { Spec } from "./spec.ts";
import { contextOf } from "./spec-context.fixture.ts";

const ENV = { USER: "admin", PASS: "hunter22", KEY: "sk-canary-1", HOST: "gpu.local", URL: "http://u:p4ssword@h/m" };

function parse(observe: unknown, target = "http://127.0.0.1:8000/v1"): Spec {
  const value = { target, tasks: { a: { get: "/" } }, profiles: { p: { users: 1, for: "1s" } }, observe };
  return parseSpec({ kind: "value", file: "plimsoll.ts", value }, contextOf(ENV));
}

function problemsOf(observe: unknown): readonly string[] {
  try {
    parse(observe);
  } catch (error) {
    if (error instanceof PlimsollError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe("observe", () => {
  test("names take a metric as it is, once a second", () => {
    expect(parse({ prometheus: "http://127.0.0.1:9400/metrics", metrics: ["queue_depth"] }).observe).toEqual({
      origin: "http://127.0.0.1:9400",
      path: "/metrics",
      headers: {},
      everyMs: 1000,
      metrics: [{ name: "queue_depth", metric: "queue_depth", labels: {}, take: "sum" }],
    });
  });

  test("more may be said of each", () => {
    const gpu = { name: "gpu", metric: "DCGM_FI_DEV_GPU_UTIL", labels: { gpu: 0 }, take: "max", full: 100 };
    const { observe } = parse({ prometheus: "/m?all=1", headers: { "X-Key": "k" }, every: "500ms", metrics: [gpu] });
    expect(observe).toEqual({
      origin: "http://127.0.0.1:8000",
      path: "/m?all=1",
      headers: { "x-key": "k" },
      everyMs: 500,
      metrics: [{ ...gpu, labels: { gpu: "0" } }],
    });
  });

  test.each([
    ["a path is one on the target's host, without its base path", "/m", "http://127.0.0.1:8000", "/m"],
    ["a host alone tells it under /metrics", "http://h:1", "http://h:1", "/metrics"],
    ["so does one with a slash", "https://h/", "https://h", "/metrics"],
    ["variables of host and path are replaced", "http://${HOST}/${HOST}", "http://gpu.local", "/gpu.local"],
    [
      "those of user info and query stay references",
      "http://${USER}:${PASS}@${HOST}/m?key=${KEY}",
      "http://${USER}:${PASS}@gpu.local",
      "/m?key=${KEY}",
    ],
  ])("%s", (_, prometheus, origin, path) => {
    expect(parse({ prometheus, metrics: ["a"] }).observe).toMatchObject({ origin, path });
  });

  test("the target's user info is not for the scrape", () => {
    const spec = parse({ prometheus: "/metrics", metrics: ["a"] }, "http://u:secret@h:1/base");
    expect(spec.observe?.origin).toBe("http://h:1");
  });

  test.each<[string, unknown, RegExp]>([
    ["no metrics", { prometheus: "/m", metrics: [] }, /expected a list of metrics, such as \[queue_depth\]/],
    ["no address", { metrics: ["a"] }, /prometheus/],
    ["a name that is none", { prometheus: "/m", metrics: ["queue depth"] }, /a metric's name, such as queue_depth/],
    ["a name given twice", { prometheus: "/m", metrics: ["a", { metric: "a" }] }, /"a" is observed twice/],
    ["an unknown key", { prometheus: "/m", metrics: [{ metric: "a", label: {} }] }, /label/],
    ["a number without its unit", { prometheus: "/m", every: 5, metrics: ["a"] }, /needs its unit/],
    ["too often", { prometheus: "/m", every: "50ms", metrics: ["a"] }, /at least 100ms/],
    ["no URL", { prometheus: "metrics", metrics: ["a"] }, /is not a URL/],
    ["another scheme", { prometheus: "ftp://h/m", metrics: ["a"] }, /expected http or https/],
    ["a fragment", { prometheus: "http://h/m#x", metrics: ["a"] }, /holds # or a control character/],
    ["an insertion", { prometheus: "/m?{{uuid}}", metrics: ["a"] }, /holds an insertion/],
    [
      "a header of the transport",
      { prometheus: "/m", headers: { host: "h" }, metrics: ["a"] },
      /written by the transport/,
    ],
    ["a variable that is not set", { prometheus: "/m?k=${UNSET}", metrics: ["a"] }, /UNSET is not set/],
    ["a full value of nothing", { prometheus: "/m", metrics: [{ metric: "a", full: 0 }] }, /a number above 0/],
  ])("%s is a problem", (_, observe, message) => {
    expect(problemsOf(observe).join("\n")).toMatch(message);
  });

  test("user info that comes in by a variable would be seen, so it is refused", () => {
    expect(problemsOf({ prometheus: "${URL}", metrics: ["a"] })).toEqual([expect.stringMatching(/holds user info/)]);
  });

  test("what it refers to is read and kept secret", () => {
    const headers = { authorization: "Bearer written-out-1", "x-key": "${KEY}" };
    const spec = parse({ prometheus: "http://${USER}:${PASS}@h/m?u=${USER}", headers, metrics: ["a"] });
    expect(referencedNames(spec)).toEqual(["USER", "PASS", "KEY"]);
    const secrets = secretValues(spec, ENV);
    expect(redact("admin hunter22 sk-canary-1 written-out-1", secrets)).toBe("*** *** *** ***");
  });
});
