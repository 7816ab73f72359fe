import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { DESIGN_EXAMPLE } from "./spec-context.fixture.ts";
import { specJsonSchema } from "./spec-json-schema.ts";

const SCHEMA = z.fromJSONSchema(JSON.parse(JSON.stringify(specJsonSchema())));
const isAccepted = (value: unknown) => SCHEMA.safeParse(value).success;

test("editors accept the example of the design", () => expect(isAccepted(parse(DESIGN_EXAMPLE))).toBe(true));

test.each([
  ["a mistyped key", "weight: 8", "weigth: 8"],
  ["a duration without its unit", "timeout: 120s", "timeout: 120"],
  ["a rate without its unit", "rate: 40/s", "rate: 40"],
  ["text where a list belongs", "thresholds:\n", "thresholds: p95\nx:\n"],
])("editors refuse %s", (_, good, bad) => {
  expect(DESIGN_EXAMPLE).toContain(good);
  expect(isAccepted(parse(DESIGN_EXAMPLE.replace(good, bad)))).toBe(false);
});

test("editors accept references where numbers belong", () => {
  expect(isAccepted(parse(DESIGN_EXAMPLE.replace("users: 100", 'users: "${USERS:-5}"')))).toBe(true);
});

test("the schema has a title and a word on most keys", () => {
  expect(specJsonSchema()).toMatchObject({
    title: "Plimsoll spec",
    properties: { target: { description: expect.any(String) } },
  });
});
