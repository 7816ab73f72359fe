import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { InferenceRun } from "./messages.ts";

/** What the gauges read at each scrape. */
export interface MetricsSource {
  readonly waitingCount: number;
  readonly readyCount: number;
}

/** The endpoint's own measurements, in the Prometheus text format. */
export interface EndpointMetrics {
  /** Counts one finished request. `route` is the route's pattern, never the URL: clients must not invent series. */
  requestEnded(route: string, status: number, seconds: number): void;
  runEnded(run: InferenceRun): void;
  readonly contentType: string;
  render(): Promise<string>;
}

const LATENCY_SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const BATCH_TEXTS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** Sets the metrics up in a registry of their own, so that two endpoints in one process do not mix. */
export function createMetrics(source: MetricsSource): EndpointMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "plimsoll_endpoint_requests_total",
    help: "Requests answered, by route and status; status 499 means that the client went away first.",
    labelNames: ["route", "status"],
    registers,
  });
  const latency = new Histogram({
    name: "plimsoll_endpoint_request_seconds",
    help: "Seconds from a request's head to the end of its answer.",
    labelNames: ["route"],
    buckets: LATENCY_SECONDS,
    registers,
  });
  const inference = new Histogram({
    name: "plimsoll_endpoint_inference_seconds",
    help: "Seconds of one run of the model.",
    buckets: LATENCY_SECONDS,
    registers,
  });
  const batch = new Histogram({
    name: "plimsoll_endpoint_batch_texts",
    help: "Texts in one run of the model.",
    buckets: BATCH_TEXTS,
    registers,
  });
  addGauges(registry, source);
  return {
    requestEnded: (route, status, seconds) => {
      requests.inc({ route, status: String(status) });
      latency.observe({ route }, seconds);
    },
    runEnded: ({ textCount, durationMs }) => {
      inference.observe(durationMs / 1000);
      batch.observe(textCount);
    },
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}

function addGauges(registry: Registry, source: MetricsSource): void {
  new Gauge({
    name: "plimsoll_endpoint_queue_depth",
    help: "Requests waiting for a worker.",
    registers: [registry],
    collect() {
      this.set(source.waitingCount);
    },
  });
  new Gauge({
    name: "plimsoll_endpoint_workers_ready",
    help: "Workers that have loaded the model and reproduced its golden vectors.",
    registers: [registry],
    collect() {
      this.set(source.readyCount);
    },
  });
}
