import { PlimsollError } from "../base/errors.ts";

/** Beside a spec, which says it itself, a flag that belongs to `--url` would change nothing. @throws USAGE where one is given */
export function refuseUrlOnly(flags: Readonly<Record<`--${string}`, string | readonly string[] | undefined>>): void {
  for (const [flag, value] of Object.entries(flags))
    if (value !== undefined)
      throw new PlimsollError("USAGE", `${flag} goes with --url only`, {
        hint: "A spec's requests and think time stand in the spec.",
      });
}
