/**
 * The request as protobuf, by hand: five messages, where the OpenTelemetry encoder would bring 600 kB. Field numbers
 * are those of opentelemetry-proto's metrics.proto; the test holds the bytes against that encoder.
 */
import type { OtlpAttribute, OtlpGauge, OtlpPoint, OtlpRequest } from "./otlp-metrics.ts";

const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;

/** `ExportMetricsServiceRequest` as bytes. */
export function otlpBytes({ resourceMetrics }: OtlpRequest): Buffer {
  return message(resourceMetrics.map((one) => nested(1, resourceBytes(one))));
}

function resourceBytes({ resource, scopeMetrics }: OtlpRequest["resourceMetrics"][0]): Buffer {
  const attributes = message(resource.attributes.map((one) => nested(1, attributeBytes(one))));
  const scopes = scopeMetrics.map(({ scope, metrics }) =>
    message([
      nested(1, message([text(1, scope.name), text(2, scope.version)])),
      ...metrics.map((metric) => nested(2, gaugeBytes(metric))),
    ]),
  );
  return message([nested(1, attributes), ...scopes.map((scope) => nested(2, scope))]);
}

function gaugeBytes({ name, description, unit, gauge }: OtlpGauge): Buffer {
  const points = message(gauge.dataPoints.map((point) => nested(1, pointBytes(point))));
  return message([text(1, name), text(2, description), text(3, unit), nested(5, points)]);
}

function pointBytes({ attributes, startTimeUnixNano, timeUnixNano, asDouble }: OtlpPoint): Buffer {
  const numbers = Buffer.alloc(27);
  numbers[0] = tag(2, FIXED_64);
  numbers.writeBigUInt64LE(BigInt(startTimeUnixNano), 1);
  numbers[9] = tag(3, FIXED_64);
  numbers.writeBigUInt64LE(BigInt(timeUnixNano), 10);
  numbers[18] = tag(4, FIXED_64);
  numbers.writeDoubleLE(asDouble, 19);
  return message([numbers, ...attributes.map((one) => nested(7, attributeBytes(one)))]);
}

function attributeBytes({ key, value }: OtlpAttribute): Buffer {
  // The value is one of a choice: it stands there even when it is empty.
  return message([text(1, key), nested(2, nested(1, Buffer.from(value.stringValue)))]);
}

function message(fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields);
}

/** Empty text is what a reader assumes, so it is left out. */
function text(field: number, value: string): Buffer {
  return value === "" ? Buffer.alloc(0) : nested(field, Buffer.from(value));
}

function nested(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag(field, LENGTH_DELIMITED), ...varint(bytes.length)), bytes]);
}

/** One byte: no field here is above 15. */
function tag(field: number, wireType: number): number {
  return field * 8 + wireType;
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
