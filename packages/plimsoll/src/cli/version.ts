/** Set by the build from package.json. */
declare const PLIMSOLL_VERSION: string | undefined;

/** This tool's version; `0.0.0-source` when run unbuilt, in tests. */
export const VERSION: string = typeof PLIMSOLL_VERSION === "string" ? PLIMSOLL_VERSION : "0.0.0-source";
