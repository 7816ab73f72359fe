import { describe, expect, test } from "vitest";
import { describeFault, describeUnserved, errorBody } from "./error-answer.ts";

describe("errorBody", () => {
  test("our own routes name the field", () =>
    expect(errorBody("/embed", { status: 400, message: "texts is missing", field: "texts" })).toEqual({
      error: { message: "texts is missing", field: "texts" },
    }));

  test("routes under /v1/ answer in OpenAI's shape", () =>
    expect(errorBody("/v1/embeddings", { status: 503, message: "try later", field: null })).toEqual({
      error: { message: "try later", type: "server_error", param: null, code: "overloaded" },
    }));
});

describe("describeFault", () => {
  test("a fault of the client is put into our words", () =>
    expect(describeFault({ statusCode: 413, code: "FST_ERR_CTP_BODY_TOO_LARGE", message: "x" })).toEqual({
      status: 413,
      message: "the body is over 2 MiB; send fewer or shorter texts",
      field: null,
    }));

  test.each([
    ["with a status of its own", { statusCode: 502, message: "/srv/secret" }],
    ["without a status", { message: "/srv/secret" }],
  ])("the text of an internal fault %s is not shown", (_, fault) =>
    expect(describeFault(fault)).toEqual({ status: 500, message: "internal error", field: null }),
  );
});

describe("describeUnserved", () => {
  test("an unknown path is 404", () => expect(describeUnserved("GET", "/nope", [])).toMatchObject({ status: 404 }));
  test("a known path with another method is 405", () =>
    expect(describeUnserved("GET", "/embed", ["POST"])).toMatchObject({
      status: 405,
      message: "/embed does not accept GET; use POST",
    }));
});
