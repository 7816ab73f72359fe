import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_USERS } from "../spec/written-profile.ts";
import { requestNumbers } from "./request-numbers.ts";

test("planned users share the numbers without a gap; one who was added has others", () => {
  const numbersOf = (user: number) => {
    const { first, step } = requestNumbers(user, 3);
    return [0, 1, 2].map((iteration) => first + iteration * step);
  };
  expect([0, 1, 2].flatMap(numbersOf).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(numbersOf(3)).toEqual([2 ** 40, 2 ** 40 + 1_000_003, 2 ** 40 + 2_000_006]);
});

describe("laws", () => {
  const user = fc.nat({ max: MAX_USERS - 1 });
  // A month of a thousand requests a second by one user.
  const iteration = fc.nat({ max: 2_592_000_000 });

  test("no two requests bear the same number, and every number is exact", () => {
    const request = fc.record({ user, iteration: fc.oneof(fc.nat({ max: 3 }), iteration) });
    fc.assert(
      fc.property(fc.nat({ max: MAX_USERS }), request, request, (planned, one, other) => {
        const numberOf = ({ user: number, iteration: turn }: typeof one): number => {
          const { first, step } = requestNumbers(number, planned);
          return first + turn * step;
        };
        // Users of a plan bear numbers up to what they sent together.
        fc.pre([one, other].every((asked) => asked.user >= planned || numberOf(asked) < 2 ** 40));
        expect(Number.isSafeInteger(numberOf(one))).toBe(true);
        expect(numberOf(one) === numberOf(other)).toBe(one.user === other.user && one.iteration === other.iteration);
      }),
    );
  });
});
