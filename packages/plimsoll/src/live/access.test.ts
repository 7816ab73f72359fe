import { describe, expect, test } from "vitest";
import { type AccessPolicy, type RequestHead, refusalOf } from "./access.ts";
import { isSameToken, newToken } from "./session-token.ts";

const policy: AccessPolicy = {
  scheme: "http",
  hosts: new Set(["127.0.0.1:8089", "localhost:8089", "[::1]:8089"]),
  cookieName: "plimsoll-8089",
  session: "s3cret",
};

const HOST = ["Host", "127.0.0.1:8089"];
const COOKIE = ["Cookie", "other=1; plimsoll-8089=s3cret"];
const ORIGIN = ["Origin", "http://127.0.0.1:8089"];
const JSON_TYPE = ["Content-Type", "application/json"];

function status(method: string, target: string, ...headers: readonly (readonly string[])[]): number {
  const head: RequestHead = { method, target, rawHeaders: headers.flat(), isPeerLoopback: true };
  return refusalOf(head, policy)?.status ?? 200;
}

describe("who gets in", () => {
  test("a read of the same origin, which carries no Origin", () => {
    expect(status("GET", "/api/runs", HOST, COOKIE)).toBe(200);
    expect(status("GET", "/api/runs", HOST, COOKIE, ORIGIN, ["Sec-Fetch-Site", "same-origin"])).toBe(200);
  });

  test("a write of the page", () => {
    expect(status("POST", "/api/runs", HOST, COOKIE, ORIGIN, JSON_TYPE)).toBe(200);
    expect(
      status("DELETE", "/api/runs/x", HOST, COOKIE, ORIGIN, ["content-type", "application/json; charset=utf-8"]),
    ).toBe(200);
  });

  test("the shell and the exchange of the token without a session", () => {
    for (const path of ["/", "/live.js", "/live.css"]) expect(status("GET", path, HOST)).toBe(200);
    expect(status("POST", "/api/session", HOST, ORIGIN, JSON_TYPE)).toBe(200);
  });
});

describe("who does not", () => {
  const rows: readonly (readonly [string, number, string, string, ...(readonly string[])[]])[] = [
    ["no session", 401, "GET", "/api/runs", HOST],
    ["no session on what is not there either", 401, "GET", "/nothing", HOST],
    ["a wrong session", 401, "GET", "/api/runs", HOST, ["Cookie", "plimsoll-8089=s3cres"]],
    ["an empty session", 401, "GET", "/api/runs", HOST, ["Cookie", "plimsoll-8089="]],
    ["the session of another port", 401, "GET", "/api/runs", HOST, ["Cookie", "plimsoll-8088=s3cret"]],
    ["a public path by another method", 401, "POST", "/", HOST, ORIGIN, JSON_TYPE],
    ["a public path in disguise", 401, "GET", "/live.js/../api/runs", HOST],
    ["no Host", 421, "GET", "/api/runs", COOKIE],
    ["another Host", 421, "GET", "/api/runs", ["Host", "evil.example:8089"], COOKIE],
    ["a Host that begins right", 421, "GET", "/api/runs", ["Host", "127.0.0.1:8089.evil.example"], COOKIE],
    ["a Host without the port", 421, "GET", "/api/runs", ["Host", "127.0.0.1"], COOKIE],
    ["two Hosts", 421, "GET", "/api/runs", HOST, HOST, COOKIE],
    ["the shell for another Host", 421, "GET", "/", ["Host", "evil.example"]],
    ["a write without Origin", 403, "POST", "/api/runs", HOST, COOKIE, JSON_TYPE],
    [
      "a write of another origin",
      403,
      "DELETE",
      "/api/runs/x",
      HOST,
      COOKIE,
      JSON_TYPE,
      ["Origin", "http://127.0.0.1:8088"],
    ],
    [
      "an origin that begins right",
      403,
      "GET",
      "/api/runs",
      HOST,
      COOKIE,
      ["Origin", "http://127.0.0.1:8089.evil.example"],
    ],
    [
      "our origin under another name of ours",
      403,
      "POST",
      "/api/runs",
      HOST,
      COOKIE,
      JSON_TYPE,
      ["Origin", "http://localhost:8089"],
    ],
    ["an opaque origin, as a sandboxed report has", 403, "GET", "/api/runs", HOST, COOKIE, ["Origin", "null"]],
    ["two origins, one of them ours", 403, "GET", "/api/runs", HOST, COOKIE, ORIGIN, ["Origin", "http://evil.example"]],
    ["another site", 403, "GET", "/api/runs", HOST, COOKIE, ["Sec-Fetch-Site", "cross-site"]],
    ["another port of the same site", 403, "GET", "/", HOST, ["Sec-Fetch-Site", "same-site"]],
    ["a preflight", 405, "OPTIONS", "/api/runs", HOST, COOKIE, ORIGIN],
    ["another method", 405, "PUT", "/api/runs", HOST, COOKIE, ORIGIN, JSON_TYPE],
    ["an absolute target", 400, "GET", "http://evil.example/api/runs", HOST, COOKIE],
    ["a target without a path", 400, "GET", "//evil.example/api/runs", HOST, COOKIE],
    ["a target without end", 400, "GET", `/${"x".repeat(3000)}`, HOST, COOKIE],
    ["a form", 415, "POST", "/api/runs", HOST, COOKIE, ORIGIN, ["Content-Type", "text/plain"]],
    ["no content type", 415, "POST", "/api/runs", HOST, COOKIE, ORIGIN],
    ["a body too long", 413, "POST", "/api/runs", HOST, COOKIE, ORIGIN, JSON_TYPE, ["Content-Length", "20000"]],
  ];
  for (const [name, wanted, method, target, ...headers] of rows)
    test(name, () => {
      expect(status(method, target, ...headers)).toBe(wanted);
    });

  test("metrics are read on this machine only, and only read", () => {
    const head: RequestHead = { method: "GET", target: "/metrics", rawHeaders: HOST, isPeerLoopback: false };
    expect(refusalOf(head, policy)?.status).toBe(404);
    expect(status("GET", "/metrics", HOST)).toBe(200);
    expect(status("GET", "/metrics", HOST, ["Sec-Fetch-Site", "cross-site"])).toBe(403);
    expect(status("DELETE", "/metrics", HOST, ORIGIN, JSON_TYPE)).toBe(404);
  });
});

test("tokens are 256 random bits, new each time, and equal only to themselves", () => {
  const [one, other] = [newToken(), newToken()];
  expect(Buffer.from(one, "base64url")).toHaveLength(32);
  expect([isSameToken(one, one), isSameToken(one, other), isSameToken("", one)]).toEqual([true, false, false]);
});
