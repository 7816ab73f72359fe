import fc from "fast-check";
import { expect, test } from "vitest";
import { Agenda } from "./agenda.ts";

test("an empty agenda is never due", () => {
  expect(new Agenda().nextDueMs).toBe(Number.POSITIVE_INFINITY);
});

test("law: entries leave by due time, equal ones in order of entry, whatever comes between", () => {
  const step = fc.oneof(fc.constant("pop" as const), fc.integer({ min: 0, max: 20 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const agenda = new Agenda();
      const model: { due: number; token: number }[] = [];
      let token = 0;
      for (const each of steps) {
        if (each !== "pop") {
          agenda.push(each, token);
          model.push({ due: each, token: token++ });
        } else if (model.length > 0) {
          const earliest = Math.min(...model.map(({ due }) => due));
          const at = model.findIndex(({ due }) => due === earliest);
          expect(agenda.nextDueMs).toBe(earliest);
          expect(agenda.pop()).toBe(model.splice(at, 1)[0]!.token);
        }
        expect(agenda.size).toBe(model.length);
      }
    }),
  );
});
