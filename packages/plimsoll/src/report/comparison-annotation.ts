import type { Comparison } from "../verdict/comparison-answer.ts";
import { annotation } from "./github-annotations.ts";
import { VERDICT_MARK } from "./style.ts";

/** A workflow command for GitHub Actions, so that the answer stands beside the job; ended by a line break. */
export function renderComparisonAnnotation({ verdict, because, base, next }: Comparison): string {
  const title = `Plimsoll ${VERDICT_MARK[verdict]} ${verdict.toUpperCase()}: ${next.name} against ${base.name}`;
  return `${annotation(verdict, title, [because])}\n`;
}
