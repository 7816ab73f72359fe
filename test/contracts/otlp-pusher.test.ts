/** Metrics on their way to a collector over real sockets: one that takes them, and ones that are slow, rude or away. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { OtlpPusher } from "../../packages/plimsoll/src/cli/otlp/otlp-pusher.ts";
import { type OtlpFormat, otlpSettings } from "../../packages/plimsoll/src/cli/otlp/otlp-settings.ts";
import { type KnownServer, startKnownServer } from "../support/known-server.ts";

let server: KnownServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

interface Heard {
  readonly line: string;
  readonly type: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A collector that answers its n-th push as told, and what it heard. */
async function collector(answer: (response: ServerResponse, n: number) => void) {
  const heard: Heard[] = [];
  server = await startKnownServer((request, response, body) => {
    const { headers } = request;
    heard.push({ line: `${request.method} ${request.url}`, type: headers["content-type"], headers, body });
    answer(response, heard.length);
  });
  return { url: server.url, heard };
}

function pusherTo(address: string, more: { readonly format?: OtlpFormat; readonly env?: NodeJS.ProcessEnv } = {}) {
  const failures: string[] = [];
  const pusher = new OtlpPusher({
    settings: otlpSettings(address, more.format ?? "protobuf", more.env ?? {}),
    onFailure: (why) => failures.push(why),
    pauseMs: 20,
    mostPauseMs: 50,
    timeoutMs: 300,
  });
  return { pusher, failures };
}

const taken = (response: ServerResponse) => response.writeHead(200).end();

describe("a collector that takes them", () => {
  test("gets every body once, in order, at /v1/metrics, with its type", async () => {
    const { url, heard } = await collector(taken);
    const { pusher, failures } = pusherTo(url);
    for (const body of ["one", "two", "three"]) pusher.push(Buffer.from(body));
    await pusher.close(5000);
    expect(heard.map(({ line, type, body }) => `${line} ${type} ${body}`)).toEqual([
      "POST /v1/metrics application/x-protobuf one",
      "POST /v1/metrics application/x-protobuf two",
      "POST /v1/metrics application/x-protobuf three",
    ]);
    expect([pusher.pushedCount, pusher.lostCount, failures]).toEqual([3, 0, []]);
  });

  test("hears the headers of the environment, decoded, those for metrics last; its own path is kept", async () => {
    const { url, heard } = await collector(taken);
    const env = {
      OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Basic%20YTpi, x-tenant = a ,",
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: "x-tenant=b",
    };
    const { pusher } = pusherTo(`${url}/otlp/push`, { format: "json", env });
    pusher.push(Buffer.from("{}"));
    await pusher.close(5000);
    expect(heard[0]?.line).toBe("POST /otlp/push");
    expect(heard[0]?.headers).toMatchObject({
      authorization: "Basic YTpi",
      "x-tenant": "b",
      "content-type": "application/json",
    });
  });
});

describe("a collector that does not", () => {
  test("is asked again with the same body until it takes it", async () => {
    const { url, heard } = await collector((response, n) => {
      if (n === 1) response.writeHead(503).end("busy");
      else if (n === 2) response.writeHead(429, { "retry-after": "0" }).end();
      else if (n === 3) response.socket?.destroy();
      else taken(response);
    });
    const { pusher, failures } = pusherTo(url);
    pusher.push(Buffer.from("one"));
    pusher.push(Buffer.from("two"));
    await pusher.close(5000);
    expect(heard.map(({ body }) => body)).toEqual(["one", "one", "one", "one", "two"]);
    expect([pusher.lostCount, pusher.failedCount, failures]).toEqual([0, 3, ["it answered 503"]]);
  });

  test.each([400, 401, 404, 500, 302])("with %i does not get the same body again, but the next", async (status) => {
    const { url, heard } = await collector((response, n) =>
      n === 1 ? response.writeHead(status, { location: "/elsewhere" }).end() : taken(response),
    );
    const { pusher, failures } = pusherTo(url);
    pusher.push(Buffer.from("one"));
    pusher.push(Buffer.from("two"));
    await pusher.close(5000);
    expect(heard.map(({ line, body }) => `${line} ${body}`)).toEqual(["POST /v1/metrics one", "POST /v1/metrics two"]);
    expect([pusher.lostCount, failures]).toEqual([1, [`it answered ${status}`]]);
  });

  test("is not there: told once, and the oldest go when more wait than 30", async () => {
    const gone = await startKnownServer(() => {});
    await gone.close();
    const { pusher, failures } = pusherTo(gone.url);
    for (let i = 0; i < 100; i++) pusher.push(Buffer.from(String(i)));
    expect(pusher.lostCount).toBeGreaterThanOrEqual(69);
    await pusher.close(100);
    expect([pusher.pushedCount, pusher.lostCount, failures]).toEqual([100, 100, ["ECONNREFUSED"]]);
  });

  test("never answers: each push is given up, and closing does not wait for it", async () => {
    const { url } = await collector(() => {});
    const { pusher, failures } = pusherTo(url);
    pusher.push(Buffer.from("one"));
    await new Promise<void>((resolve) => setTimeout(resolve, 400));
    expect(failures).toEqual(["no answer in time"]);
    const startedAtMs = performance.now();
    await pusher.close(60_000);
    expect(performance.now() - startedAtMs).toBeLessThan(5000);
    expect(pusher.lostCount).toBe(1);
  });

  test("answers without end: what it sends is not read", async () => {
    const { url } = await collector((response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1 << 16)));
      };
      response.on("drain", more);
      more();
    });
    const { pusher, failures } = pusherTo(url);
    pusher.push(Buffer.from("one"));
    await pusher.close(5000);
    expect([pusher.lostCount, failures]).toEqual([0, []]);
  });
});

describe("where it goes", () => {
  test.each([
    ["no URL", "collector:4318", /takes a URL such as/],
    ["another scheme", "grpc://collector:4317", /takes a URL such as/],
    ["user info, which would be seen", "http://ann:s3cret@collector", /holds user info/],
  ])("%s is refused, without a secret in the words", (_, address, message) => {
    expect(() => otlpSettings(address, "protobuf", {})).toThrow(message);
    expect(() => otlpSettings(address, "protobuf", {})).not.toThrow(/s3cret/);
  });

  test.each(["novalue", "bad name=1", "=x", "a=b%0d%0ainjected: 1"])(
    "headers such as %j are refused unseen",
    (text) => {
      const env = { OTEL_EXPORTER_OTLP_HEADERS: text };
      expect(() => otlpSettings("http://c", "protobuf", env)).toThrow(/holds something that is no header/);
    },
  );
});
