/** The records' histogram and slots, for layers that see only statistics. */
export { bucketIndexOfUs, bucketValueUs, countAboveUs, countOf } from "../records/latency-histogram.ts";
export { type Buckets, SLOT_MS } from "../records/second.ts";
