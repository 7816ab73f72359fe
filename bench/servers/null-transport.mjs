/** Stands in for the HTTP/1.1 transport: answers every request at the loop's next turn, without a socket. */

const NO_HEADER = () => undefined;

export function createHttp1Transport({ nowMs }) {
  let waiting = [];
  let answered = [];
  const answerAll = () => {
    [answered, waiting] = [waiting, answered];
    for (const answer of answered) answer();
    answered.length = 0;
  };
  const connection = () => {
    const exchange = {
      kind: "ok",
      dropReason: undefined,
      message: "",
      sentAtMs: 0,
      firstByteAtMs: 0,
      endedAtMs: 0,
      status: 200,
      bodyBytes: 4900,
      body: undefined,
      header: NO_HEADER,
    };
    let onEnd;
    const answer = () => {
      const tell = onEnd;
      onEnd = undefined;
      exchange.firstByteAtMs = exchange.endedAtMs = nowMs();
      tell?.(exchange);
    };
    return {
      get isBusy() {
        return onEnd !== undefined;
      },
      isOpen: true,
      send: (_request, tell) => {
        onEnd = tell;
        exchange.sentAtMs = nowMs();
        if (waiting.length === 0) setImmediate(answerAll);
        waiting.push(answer);
      },
      destroy: () => {
        onEnd = undefined;
      },
    };
  };
  const counters = { socketCount: 0, openedCount: 0, reopenedByUsCount: 0, staleRetryCount: 0 };
  return { connection, counters, close: async () => {} };
}
