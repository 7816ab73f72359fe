/** Listens for SIGINT and SIGTERM until `stop`; a second one says that the first was not enough. */
export function watchSignals(onSignal: (signal: "SIGINT" | "SIGTERM", isSecond: boolean) => void): { stop(): void } {
  let count = 0;
  const listen = (signal: NodeJS.Signals) => {
    if (signal === "SIGINT" || signal === "SIGTERM") onSignal(signal, count++ > 0);
  };
  process.on("SIGINT", listen);
  process.on("SIGTERM", listen);
  return {
    stop: () => {
      process.off("SIGINT", listen);
      process.off("SIGTERM", listen);
    },
  };
}
