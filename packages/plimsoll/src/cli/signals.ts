/** Listens for SIGINT and SIGTERM until `stop`; a second one says that the first was not enough. */
export function watchSignals(onSignal: (signal: "SIGINT" | "SIGTERM", isSecond: boolean) => void): { stop(): void } {
  let count = 0;
  const listen = (signal: NodeJS.Signals) => {
    if (signal === "SIGINT" || signal === "SIGTERM") onSignal(signal, count++ > 0);
  };
  process.on("SIGINT", listen);
  process.on("SIGTERM", listen);
  // A file-size limit must come as a failed write, which is told and kept count of, not as a death.
  process.on("SIGXFSZ", listen);
  return {
    stop: () => {
      process.off("SIGXFSZ", listen);
      process.off("SIGINT", listen);
      process.off("SIGTERM", listen);
    },
  };
}
