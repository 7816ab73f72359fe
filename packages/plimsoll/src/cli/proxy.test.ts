import { describe, expect, test } from "vitest";
import { proxyFor, proxySecrets } from "./proxy.ts";

const HTTP = { origin: "http://10.0.0.9:8000", addresses: ["10.0.0.9"] };
const HTTPS = { origin: "https://api.example.com", addresses: ["93.184.216.34"] };
const ENV = { HTTP_PROXY: "http://proxy:3128", HTTPS_PROXY: "http://secure-proxy:3128" };

describe("proxyFor", () => {
  test("the scheme of the target chooses the variable", () => {
    expect(proxyFor(HTTP, ENV)).toBe("http://proxy:3128");
    expect(proxyFor(HTTPS, ENV)).toBe("http://secure-proxy:3128");
    expect(proxyFor(HTTPS, { HTTP_PROXY: "http://proxy:3128" })).toBeUndefined();
  });

  test("no variable, or an empty one, is no proxy", () => {
    expect(proxyFor(HTTP, {})).toBeUndefined();
    expect(proxyFor(HTTP, { HTTP_PROXY: "" })).toBeUndefined();
  });

  test("the small variable comes before the large one", () => {
    expect(proxyFor(HTTP, { ...ENV, http_proxy: "http://small:1" })).toBe("http://small:1");
  });

  test("an address without a scheme is an http one", () => {
    expect(proxyFor(HTTP, { HTTP_PROXY: "proxy:3128" })).toBe("http://proxy:3128");
  });

  test.each([
    ["http://127.0.0.1:8000", ["127.0.0.1"]],
    ["http://127.9.9.9", ["127.9.9.9"]],
    ["http://localhost:8000", ["::1", "127.0.0.1"]],
    ["http://api.localhost", ["127.0.0.1"]],
    ["http://[::1]:8000", ["::1"]],
    ["http://mine.example.com", ["127.0.0.1", "::1"]],
  ])("%s is loopback, which no proxy sees", (origin, addresses) => {
    expect(proxyFor({ origin, addresses }, ENV)).toBeUndefined();
  });

  test.each([
    ["*", true],
    ["10.0.0.9", true],
    ["10.0.0.9:8000", true],
    ["10.0.0.9:9000", false],
    ["other, 10.0.0.9", true],
    ["0.0.0.9", false],
    ["", false],
  ])("NO_PROXY=%s and 10.0.0.9:8000", (list, isLeftOut) => {
    expect(proxyFor(HTTP, { ...ENV, NO_PROXY: list }) === undefined).toBe(isLeftOut);
  });

  test.each([
    ["example.com", true],
    [".example.com", true],
    ["*.EXAMPLE.com", true],
    ["api.example.com:443", true],
    ["ample.com", false],
    ["www.example.com", false],
  ])("NO_PROXY=%s and api.example.com", (list, isLeftOut) => {
    expect(proxyFor(HTTPS, { ...ENV, no_proxy: list }) === undefined).toBe(isLeftOut);
  });

  test("NO_PROXY takes addresses of both kinds", () => {
    const target = { origin: "http://[fd00::9]:8000", addresses: ["fd00::9"] };
    for (const list of ["fd00::9", "[fd00::9]", "[fd00::9]:8000"]) {
      expect(proxyFor(target, { ...ENV, NO_PROXY: list })).toBeUndefined();
    }
    expect(proxyFor(target, { ...ENV, NO_PROXY: "[fd00::9]:1" })).toBe(ENV.HTTP_PROXY);
  });

  test("what is no address is refused, without being told", () => {
    for (const wrong of ["http://", "socks5://word@proxy:1", "http://ann:100%@proxy:1"]) {
      expect(() => proxyFor(HTTP, { HTTP_PROXY: wrong })).toThrow(/^HTTP_PROXY in the environment is no http/);
    }
  });
});

test("a proxy's password is a secret", () => {
  expect(proxySecrets("http://ann:p%40ss@proxy:3128")).toEqual(["ann:p@ss", "p@ss"]);
  expect(proxySecrets("http://proxy:3128")).toEqual([]);
  expect(proxySecrets(undefined)).toEqual([]);
});
