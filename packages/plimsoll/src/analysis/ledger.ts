import type { RunTotals } from "../records/record.ts";
import { runTotalsFold } from "../records/run-totals.ts";
import type { SecondRecord } from "../records/second.ts";
import { countFigure } from "./figure.ts";

type Flow = Exclude<keyof RunTotals, "inFlightAtEnd">;
const FLOWS = ["planned", "sent", "completed", "failed", "dropped"] as const satisfies readonly Flow[];

interface Claim {
  readonly by: "checkpoint" | "end";
  readonly claimed: RunTotals;
  /** Sums over the records read before the claim. */
  readonly summed: Readonly<Record<Flow, number>>;
}

/** The totals that the writer claimed, beside the sums of what was read. */
export class Ledger {
  #totals = runTotalsFold.init();
  #claims: Claim[] = [];

  addSecond(second: SecondRecord): void {
    this.#totals = runTotalsFold.step(this.#totals, second);
  }

  check(by: Claim["by"], claimed: RunTotals): void {
    this.#claims.push({ by, claimed, summed: this.#flows() });
  }

  /** `other` holds the records that follow ours. */
  add(other: Ledger): void {
    const before = this.#flows();
    for (const claim of other.#claims) {
      this.#claims.push({ ...claim, summed: mapFlows((flow) => claim.summed[flow] + before[flow]) });
    }
    this.#totals = runTotalsFold.merge(this.#totals, other.#totals);
  }

  /** One sentence a claim that does not agree with the sums. */
  faults(): readonly string[] {
    return this.#claims.flatMap(({ by, claimed, summed }) => {
      const wrong = FLOWS.filter((flow) => claimed[flow] !== summed[flow]);
      if (wrong.length === 0) return [];
      const figures = wrong.map((flow) => `${flow} ${countFigure(claimed[flow])} ≠ ${countFigure(summed[flow])}`);
      return [`The totals at the ${by} disagree with the sums of the seconds: ${figures.join(", ")}.`];
    });
  }

  #flows(): Readonly<Record<Flow, number>> {
    const totals = runTotalsFold.done(this.#totals);
    return mapFlows((flow) => totals[flow]);
  }
}

function mapFlows(value: (flow: Flow) => number): Readonly<Record<Flow, number>> {
  return {
    planned: value("planned"),
    sent: value("sent"),
    completed: value("completed"),
    failed: value("failed"),
    dropped: value("dropped"),
  };
}
