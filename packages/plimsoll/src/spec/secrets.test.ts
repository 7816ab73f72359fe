import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSpec } from "./parse-spec.ts";
import { redact, referencedNames, secretValues } from "./secrets.ts";
import { contextOf } from "./spec-context.fixture.ts";

const ENV = {
  USER: "admin",
  PASS: "hunter22",
  KEY: "sk-canary-1",
  BODY: "body-canary",
  PIN: "123",
  LATE: "late-canary",
};
const SPEC = parseSpec(
  {
    kind: "value",
    file: "plimsoll.ts",
    value: {
      target: "http://${USER}:${PASS}@h",
      headers: { authorization: "Bearer ${KEY}", "x-api-key": "written-out" },
      ready: { get: "/health?pin=${PIN}" },
      tasks: {
        a: {
          post: "/?k=${KEY}&d=${UNSET:-http}",
          json: { a: ["${BODY}", { uuid: true }], r: { repeat: "${LATE}", length: 9 } },
        },
      },
      profiles: { p: { users: 1, for: "1s" } },
    },
  },
  contextOf(ENV),
);

test("names every variable that headers, query, bodies and user info refer to", () => {
  expect(referencedNames(SPEC)).toEqual(["USER", "PASS", "KEY", "PIN", "UNSET", "BODY", "LATE"]);
});

test("secret values are those of references, user info and telling headers, from 4 characters", () => {
  expect(new Set(secretValues(SPEC, ENV))).toEqual(
    new Set([
      "admin",
      "hunter22",
      "admin:hunter22",
      "sk-canary-1",
      "Bearer sk-canary-1",
      "written-out",
      "body-canary",
      "late-canary",
    ]),
  );
});

test("text without secrets stays as it is, and short values are no secrets", () => {
  expect(redact("123 ok", ["123", ""])).toBe("123 ok");
});

test("what is left of a secret where a message was cut is cleared too", () => {
  expect(redact('$.key is "sk-cana…, expected "other"', ["sk-canary-1"])).toBe('$.key is "***…, expected "other"');
  expect(redact("token=sk-canary-", ["sk-canary-1"])).toBe("token=***");
  expect(redact("Basic YWRtaW46aHVudGV…", ["hunter22", "admin:hunter22"])).toBe("Basic ***…");
  expect(redact("sk- is no secret, sk-canary is not cut", ["sk-canary-1"])).toBe(
    "sk- is no secret, sk-canary is not cut",
  );
});

describe("laws", () => {
  const secrets = fc.string({ unit: "grapheme-ascii", minLength: 6, maxLength: 40 });
  const around = fc.string({ maxLength: 10 });
  const base64 = (text: string) => Buffer.from(text, "utf8").toString("base64");

  test("no form of a secret is left: plain, JSON, URL, base64 of a text that holds it", () => {
    fc.assert(
      fc.property(secrets, around, around, (secret, before, after) => {
        const forms = [secret, JSON.stringify(secret), encodeURIComponent(secret), base64(before + secret + after)];
        for (const form of forms) {
          const clear = redact(`<${form}>`, [secret]);
          expect(clear).toContain("***");
          expect(clear).not.toContain(form === JSON.stringify(secret) ? form.slice(1, -1) : form);
        }
        const kept = redact(base64(before + secret + after), [secret]).replaceAll("*", "A");
        expect(Buffer.from(kept, "base64").toString("utf8")).not.toContain(secret);
      }),
    );
  });

  test("wherever a message is cut, fewer than 4 characters of a secret are left at its end", () => {
    fc.assert(
      fc.property(secrets, fc.nat(39), (secret, cut) => {
        const shown = secret.slice(0, cut);
        const clear = redact(`<${shown}…`, [secret]);
        if (shown.length >= 4) expect(clear.endsWith("***…")).toBe(true);
      }),
    );
  });
});
