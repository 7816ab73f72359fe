import fc from "fast-check";

/**
 * Laws explore the same cases every time, so that a build fails by what was changed and nothing else.
 * `PLIMSOLL_LAW_SEED=random` explores new ones; a number repeats what a failure printed.
 */
const wanted = process.env["PLIMSOLL_LAW_SEED"] ?? "1852";
if (wanted !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });
