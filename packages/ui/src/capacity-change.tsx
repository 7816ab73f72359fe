import type { JSX } from "preact";
import type { CapacityChange } from "../../plimsoll/src/verdict/comparison-answer.ts";
import { NumberHeadings } from "./number-headings.tsx";
import { ScrollTable } from "./scroll-table.tsx";
import type { Grid } from "./table-text.ts";
import { VerdictWord } from "./verdict-word.tsx";
import { amountSpan, amountText, changeText } from "./words.ts";

/** What two searches found, side by side. */
export function CapacityChangeTable({ capacity }: { readonly capacity: CapacityChange }): JSX.Element {
  const { by, base, next, changeRatio, verdict } = capacity;
  const exact = (): Grid => [
    ["by", "base", "base_low", "base_high", "new", "new_low", "new_high", "change_ratio", "verdict"],
    [by, base.value, base.low, base.high, next.value, next.low, next.high, changeRatio, verdict],
  ];
  return (
    <ScrollTable label="Capacity of base and of new" class="capacities" exact={exact}>
      <thead>
        <tr>
          <th scope="col">Verdict</th>
          <NumberHeadings titles={["Base", "New", "Change"]} />
        </tr>
      </thead>
      <tbody>
        <tr>
          <td>
            <VerdictWord verdict={verdict} />
          </td>
          {[base, next].map(({ value, low, high }, index) => (
            <td key={index} class="number">
              {amountText(value, by)} <span class="aside">{amountSpan(low, high, by)}</span>
            </td>
          ))}
          <td class="number">{changeText(changeRatio, "%")}</td>
        </tr>
      </tbody>
    </ScrollTable>
  );
}
