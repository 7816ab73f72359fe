/** The terminal's colours: one accent, greys by dimming, and a colour for each verdict; nothing when colour is off. */
import type { Verdict } from "../verdict/judgement.ts";

export type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly accent: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly doubtful: Paint;
}

const plain: Paint = (text) => text;

/** SGR codes of the 16 standard colours, so that the user's own palette applies. */
export function createStyle(hasColour: boolean): Style {
  const sgr = (open: number, close: number): Paint =>
    hasColour ? (text) => `\x1b[${open}m${text}\x1b[${close}m` : plain;
  return {
    bold: sgr(1, 22),
    dim: sgr(2, 22),
    accent: sgr(36, 39),
    good: sgr(32, 39),
    bad: sgr(31, 39),
    doubtful: sgr(33, 39),
  };
}

/** A verdict's shape and word; the colour is only a third sign of it. */
export const VERDICT_MARK = { pass: "✓", fail: "✗", inconclusive: "◐" } as const satisfies Record<Verdict, string>;

export const HEALTH_MARK = { ok: "✓", degraded: "◐", invalid: "✗" } as const;

export function paintOfVerdict(style: Style, verdict: Verdict): Paint {
  if (verdict === "pass") return style.good;
  return verdict === "fail" ? style.bad : style.doubtful;
}

export function paintOfHealth(style: Style, health: "ok" | "degraded" | "invalid"): Paint {
  if (health === "ok") return style.good;
  return health === "invalid" ? style.bad : style.doubtful;
}
