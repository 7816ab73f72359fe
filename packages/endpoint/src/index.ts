// The reference model endpoint: a real embedding model behind HTTP, so that Plimsoll's demo, tests and examples load
// something that queues, sheds and slows down as model servers do. It knows nothing of Plimsoll.
export { type RunningEndpoint, startEndpoint } from "./endpoint.ts";
export type { EndpointLog, EndpointOptions } from "./options.ts";
