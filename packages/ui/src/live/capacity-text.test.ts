import { expect, test } from "vitest";
import { capacityText } from "./capacity-text.ts";

test.each([
  [
    { by: "rate", value: 182.4, low: 174.1, high: 189.2 },
    { value: "182/s", interval: "174–189/s" },
  ],
  [
    { by: "rate", value: 182.4, low: 174.1 },
    { value: "182/s", interval: "≥ 174/s" },
  ],
  [
    { by: "rate", value: 0.25 },
    { value: "0.250/s", interval: undefined },
  ],
  [
    { by: "users", value: 80.9, low: 75.2, high: 85.8 },
    { value: "80 users", interval: "75–85" },
  ],
  [
    { by: "users", value: 1200, high: 1300 },
    { value: "1 200 users", interval: "≤ 1 300" },
  ],
  [
    { by: "users", value: 80, low: 75 },
    { value: "80 users", interval: "≥ 75" },
  ],
])("%o is told with its unit and interval", (capacity, text) => {
  expect(
    JSON.parse(JSON.stringify(capacityText(capacity)).replaceAll("\u202f", " ").replaceAll("\u00a0", " ")),
  ).toEqual(JSON.parse(JSON.stringify(text)));
});
