import { describe, expect, test } from "vitest";
import type { WireRequest } from "../transport.ts";
import { RequestFields } from "./request-fields.ts";

const GET: WireRequest = {
  method: "GET",
  path: "/x?y=1",
  headers: "",
  body: undefined,
  wantsBody: false,
  wantsHeaders: false,
};

describe("RequestFields", () => {
  const fields = new RequestFields("https", "api.example.com:8443");

  test("begin with what HTTP/1.1 says in its request line and Host", () => {
    const pseudo = { ":method": "GET", ":scheme": "https", ":authority": "api.example.com:8443", ":path": "/x?y=1" };
    expect(fields.of(GET)).toEqual(pseudo);
    expect(Object.keys(fields.of({ ...GET, headers: "a: 1\r\n" })).at(-1)).toBe("a");
  });

  test.each<[what: string, headers: string, want: Record<string, string>]>([
    ["names are in lower case", "X-A: 1\r\nx-b:2\r\n", { "x-a": "1", "x-b": "2" }],
    ["a value may hold colons", "x-a: http://b:1\r\n", { "x-a": "http://b:1" }],
    ["one given twice is a list", "Accept: a/b\r\naccept: c/d\r\n", { accept: "a/b, c/d" }],
    ["cookies are joined as cookies are", "cookie: a=1\r\ncookie: b=2\r\n", { cookie: "a=1; b=2" }],
    ["beyond ASCII it is UTF-8, an octet a character", "x-a: é\r\n", { "x-a": "\u00c3\u00a9" }],
    [
      "what is a connection's is left out",
      "Connection: x\r\nKeep-Alive: 1\r\nTE: gzip\r\nUpgrade: h2c\r\nHost: b\r\n",
      {},
    ],
  ])("%s", (_, headers, want) => {
    for (let count = 0; count < 2; count += 1) expect(fields.of({ ...GET, headers })).toMatchObject(want);
    expect(Object.keys(fields.of({ ...GET, headers }))).toHaveLength(4 + Object.keys(want).length);
  });

  test.each<[what: string, change: Partial<WireRequest>, length: string | undefined]>([
    ["octets of a text", { method: "POST", body: "é漢" }, "5"],
    ["octets", { method: "PUT", body: new Uint8Array(3) }, "3"],
    ["an empty body", { method: "GET", body: "" }, "0"],
    ["no body where one is expected", { method: "PATCH" }, "0"],
    ["no body", { method: "DELETE" }, undefined],
  ])("the length counts %s", (_, change, length) => {
    expect(fields.of({ ...GET, ...change })["content-length"]).toBe(length);
  });
});
