import { displayHeader, displayTarget } from "./journal-spec.ts";

/**
 * The command to run the same again, as it may be shown: without its seed and `--resume` (the run and its report add
 * them where they belong) and with literal credentials in headers and URLs as `***`; references stand as written.
 */
export function rerunCommand(args: readonly string[]): string {
  return shownCommand(args, ["--seed"]);
}

/** The same, of the run in this folder as it went: with the changes made by hand. */
export function replayCommand(args: readonly string[], outDir: string): string {
  return `${shownCommand(args, ["--seed", "--replay"])} --replay ${quote(outDir)}`;
}

function shownCommand(args: readonly string[], left: readonly string[]): string {
  const shown: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [flag = "", inline] = splitFlag(args[i]!);
    if (left.includes(flag)) {
      if (inline === undefined) i++;
      continue;
    }
    if (flag === "--resume") continue;
    // The targets of `compare` are named by themselves.
    if (/^https?:/i.test(args[i]!)) {
      shown.push(quote(displayTarget(args[i]!)));
      continue;
    }
    const value = inline ?? args[i + 1];
    const masked = value === undefined ? undefined : maskValue(flag, value);
    if (masked === undefined) shown.push(quote(args[i]!));
    else {
      shown.push(flag, quote(masked));
      if (inline === undefined) i++;
    }
  }
  return ["plimsoll", ...shown].join(" ");
}

/** What to show of a flag's value that may carry credentials; undefined for a flag that cannot. */
function maskValue(flag: string, value: string): string | undefined {
  if (flag === "--url" || flag === "--target") return displayTarget(value);
  if (flag !== "--header") return undefined;
  const colon = value.indexOf(":");
  const name = value.slice(0, colon).trim();
  return colon < 0 ? "***" : `${name}: ${displayHeader(name, value.slice(colon + 1).trim())}`;
}

function splitFlag(arg: string): [string, string | undefined] {
  const at = arg.indexOf("=");
  return arg.startsWith("--") && at > 0 ? [arg.slice(0, at), arg.slice(at + 1)] : [arg, undefined];
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
