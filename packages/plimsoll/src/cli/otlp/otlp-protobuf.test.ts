/** The encoders of OpenTelemetry are the oracle of ours. */
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AggregationTemporality, DataPointType, type ResourceMetrics } from "@opentelemetry/sdk-metrics";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NASTY_NAME, sampleReport } from "../../report/report-sample.ts";
import { type OtlpRequest, otlpRequest } from "./otlp-metrics.ts";
import { otlpBytes } from "./otlp-protobuf.ts";

const SPAN = { startUnixMs: 1_764_000_000_000, unixMs: 1_764_000_012_345.678 };
/** ValueType.DOUBLE of the API package, which is not ours to install. */
const DOUBLE = 1;

/** The same request as the library's own objects. */
function asLibraryHasIt({ resourceMetrics: [{ resource, scopeMetrics }] }: OtlpRequest): ResourceMetrics {
  const attributesOf = (list: typeof resource.attributes) =>
    Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue]));
  const hrTime = (nanos: string): [number, number] => [
    Number(BigInt(nanos) / 1_000_000_000n),
    Number(BigInt(nanos) % 1_000_000_000n),
  ];
  return {
    resource: resourceFromAttributes(attributesOf(resource.attributes)),
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map(({ name, description, unit, gauge }) => ({
        descriptor: { name, description, unit, valueType: DOUBLE },
        dataPointType: DataPointType.GAUGE,
        aggregationTemporality: AggregationTemporality.CUMULATIVE,
        dataPoints: gauge.dataPoints.map((point) => ({
          attributes: attributesOf(point.attributes),
          startTime: hrTime(point.startTimeUnixNano),
          endTime: hrTime(point.timeUnixNano),
          value: point.asDouble,
        })),
      })),
    })),
  };
}

/** Fields by number, in order, as deep as the schema goes: what a reader of protobuf sees. */
function fieldsOf(bytes: Uint8Array, depth: number): unknown {
  const fields: [number, unknown][] = [];
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = view[at++] ?? 0;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < view.length) {
    const key = varint();
    if (key % 8 === 2) {
      const length = varint();
      const inner = view.subarray(at, at + length);
      at += length;
      fields.push([key, depth > 0 ? fieldsOf(inner, depth - 1) : inner.toString("hex")]);
    } else if (key % 8 === 1) {
      fields.push([key, view.subarray(at, at + 8).toString("hex")]);
      at += 8;
    } else {
      const value = varint();
      // Theirs spells out a number that is 0, which a reader assumes anyway.
      if (value !== 0) fields.push([key, value]);
    }
  }
  return fields.sort(([a], [b]) => a - b);
}

const request = otlpRequest(sampleReport(), SPAN);

describe("otlpBytes", () => {
  test("is what OpenTelemetry's own encoder writes, but for the order of fields", () => {
    const theirs = ProtobufMetricsSerializer.serializeRequest(asLibraryHasIt(request));
    expect(theirs).toBeDefined();
    const ours = otlpBytes(request);
    // Request, resource metrics, scope metrics, metric: below that stand the data points.
    expect(fieldsOf(ours, 3)).toEqual(fieldsOf(theirs ?? new Uint8Array(), 3));
  });

  test("the JSON form is theirs too", () => {
    const theirs = JsonMetricsSerializer.serializeRequest(asLibraryHasIt(request));
    expect(JSON.parse(JSON.stringify(request))).toEqual(
      withoutDefaults(JSON.parse(Buffer.from(theirs ?? []).toString())),
    );
  });
});

/** Theirs says more than it must. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, inner]) => key !== "droppedAttributesCount" && inner !== undefined,
  );
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutDefaults(inner)]));
}

describe("otlpRequest", () => {
  const [{ resource, scopeMetrics }] = request.resourceMetrics;
  const { metrics } = scopeMetrics[0];

  test("names its run, in the resource and with each value", () => {
    const { run } = sampleReport().stats.header;
    expect(resource.attributes).toContainEqual({ key: "service.instance.id", value: { stringValue: run } });
    const points = metrics.flatMap(({ gauge }) => gauge.dataPoints);
    expect(points.length).toBeGreaterThan(100);
    expect(points.every(({ attributes }) => attributes.filter(({ key }) => key === "run").length === 1)).toBe(true);
  });

  test("times are whole nanoseconds of the wall clock", () => {
    const [point] = metrics[0]?.gauge.dataPoints ?? [];
    expect(point?.startTimeUnixNano).toBe("1764000000000000000");
    expect(point?.timeUnixNano).toBe("1764000012345678000");
  });

  test("a summary is three metrics, seconds where they are, and no value is none", () => {
    const ofResponses = metrics.filter(({ name }) => name.startsWith("plimsoll_response_seconds"));
    expect(ofResponses.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      "plimsoll_response_seconds s",
      "plimsoll_response_seconds_sum s",
      "plimsoll_response_seconds_count ",
    ]);
    expect(metrics.every(({ gauge }) => gauge.dataPoints.every(({ asDouble }) => Number.isFinite(asDouble)))).toBe(
      true,
    );
  });

  test("the names of strangers are text like any other", () => {
    expect(JSON.stringify(request)).toContain(JSON.stringify(NASTY_NAME).slice(1, 20));
  });
});

describe("laws", () => {
  test("any text and value, whatever its length, is written as OpenTelemetry does", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), fc.double({ noNaN: true }), (text, asDouble) => {
        const attributes = [{ key: `k${text}`, value: { stringValue: text } }];
        const times = { startTimeUnixNano: "1", timeUnixNano: "1764000012345678901" };
        const one: OtlpRequest = {
          resourceMetrics: [
            {
              resource: { attributes: [] },
              scopeMetrics: [
                {
                  scope: { name: "s", version: "" },
                  metrics: [
                    {
                      name: `n${text}`,
                      description: "",
                      unit: "",
                      gauge: { dataPoints: [{ attributes, ...times, asDouble }] },
                    },
                  ],
                },
              ],
            },
          ],
        };
        const theirs = ProtobufMetricsSerializer.serializeRequest(asLibraryHasIt(one)) ?? new Uint8Array();
        expect(fieldsOf(otlpBytes(one), 4)).toEqual(fieldsOf(theirs, 4));
      }),
    );
  });
});
