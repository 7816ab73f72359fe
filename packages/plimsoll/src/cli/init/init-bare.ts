import type { InitResult } from "./written.ts";

const YAML = `# What to ask of the endpoint, how hard, and what it promises.
# Run it:  plimsoll run            Judge it again:  plimsoll check results --threshold 'p95 < 300ms'
name: embeddings
target: http://127.0.0.1:8000

# Nothing else is sent before this holds: models take a while to load.
ready: { get: /health, timeout: 120s }

# Rows that requests pick from: .txt (a row a line), .jsonl, .json or .csv.
data:
  sentences: { file: sentences.txt }

# Each virtual user pauses this long between an answer and its next request.
users: { think: { uniform: [500ms, 2s] } }

# Kinds of request and their share of the mix. A secret is written \${API_TOKEN} and read from the environment:
# headers: { authorization: "Bearer \${API_TOKEN}" }
tasks:
  single_embed: { weight: 8, post: /embed, json: { texts: { pick: sentences, count: [1, 2] } } }
  batch_embed: { weight: 2, post: /embed, json: { texts: { pick: sentences, count: [8, 32] } } }
  health: { weight: 1, get: /health }

# Loads, one after the other. users: closed loop, each waits for its answer. rate: open loop, arrivals by the clock.
profiles:
  ramp_up: { users: 20, spawn: 1/s, for: 1m } # where is the ceiling
  sustained: { users: 10, for: 2m } # does p95 creep
  spike: { users: 40, for: 30s } # queue or drop
  steady: { rate: 10/s, for: 1m } # open loop

# The promise. A threshold may name a task or a profile: single_embed p99 < 1s, spike errors < 5%
thresholds:
  - p95 < 500ms
  - errors < 1%
`;

const SENTENCES = `The quick brown fox jumps over the lazy dog.
A harbour pilot reads the tide before the ship leaves the quay.
Refund requests are answered within two working days.
The committee approved the budget after a long debate.
How do I reset my password if I no longer have access to my e-mail?
Rain is expected in the north, clearing towards the evening.
Sort the records by date, then by the name of the customer.
She tuned the old piano by ear and played until midnight.
The contract may be ended by either party with thirty days' notice.
Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.
Our warehouse ships orders placed before noon on the same day.
A load line shows how deep a ship may sit in the water.
`;

/** A spec for an embedding endpoint on this machine, with comments, and sentences to embed. */
export function initBare(): InitResult {
  return {
    yaml: YAML,
    files: { "sentences.txt": SENTENCES },
    notes: ["Set target and tasks to your endpoint, then: plimsoll run"],
  };
}
