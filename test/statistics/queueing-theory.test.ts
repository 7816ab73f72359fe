import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  capacityOf,
  closedCapacity,
  closedLoop,
  dm1Capacity,
  dm1Wait,
  erlang,
  logitSlope,
  mmkLoss,
  mmkTail,
} from "./kit/queueing-theory.ts";

type Row = readonly number[];
interface Queueing {
  readonly erlang: readonly Row[];
  readonly mmk_tail: readonly Row[];
  readonly mmk_capacity: readonly {
    k: number;
    mu: number;
    X: number;
    q: number;
    capacity: number;
    logitSlope: number;
  }[];
  readonly mmk_loss: readonly Row[];
  readonly mmk_loss_capacity: readonly {
    k: number;
    mu: number;
    waitPlaces: number;
    maxLoss: number;
    capacity: number;
    logitSlope: number;
  }[];
  readonly dm1: readonly Record<
    "mu" | "X" | "q" | "sigma" | "capacityD" | "capacityPoisson" | "overstatement",
    number
  >[];
  readonly closed: readonly {
    servers: number;
    meanServiceS: number;
    meanThinkS: number;
    X: number;
    maxUsers: number;
    pBadAtMax: number;
    pBadAtMaxPlus1: number;
    continuous: number;
    throughputAtMax: number;
  }[];
}

const url = new URL("../fixtures/statistics/queueing.json", import.meta.url);
const fixture: Queueing = JSON.parse(readFileSync(url, "utf8"));

function expectClose(actual: number, expected: number, relative = 1e-7): void {
  expect(Math.abs(actual / expected - 1)).toBeLessThan(relative);
}

describe("the truths of the kit", () => {
  test("Erlang's probabilities", () => {
    for (const [k, a, loss, delay] of fixture.erlang) {
      expectClose(erlang(k!, a!).loss, loss!);
      expectClose(erlang(k!, a!).delay, delay!);
    }
  });

  test("tails and capacities of M/M/k", () => {
    for (const [k, mu, rate, x, tail] of fixture.mmk_tail) expectClose(mmkTail(k!, mu!, rate!, x!), tail!);
    for (const { k, mu, X, q, capacity, logitSlope: slope } of fixture.mmk_capacity) {
      const share = (rate: number) => mmkTail(k, mu, rate, X);
      const found = capacityOf(share, q, k * mu * (1 - 1e-12));
      expectClose(found, capacity);
      expectClose(logitSlope(share, found), slope, 1e-5);
    }
  });

  test("losses and capacities of M/M/k with few places to wait", () => {
    for (const [k, mu, places, rate, loss] of fixture.mmk_loss) expectClose(mmkLoss(k!, mu!, places!, rate!), loss!);
    for (const { k, mu, waitPlaces, maxLoss, capacity, logitSlope: slope } of fixture.mmk_loss_capacity) {
      const share = (rate: number) => mmkLoss(k, mu, waitPlaces, rate);
      const found = capacityOf(share, maxLoss, 4 * k * mu);
      expectClose(found, capacity);
      expectClose(logitSlope(share, found), slope, 1e-5);
    }
  });

  test("evenly spaced arrivals overstate the capacity", () => {
    for (const { mu, X, q, sigma, capacityD, capacityPoisson, overstatement } of fixture.dm1) {
      expectClose(dm1Capacity(mu, X, q), capacityD);
      expectClose(dm1Wait(mu, X, q), sigma);
      // Who arrives waits with this probability: the root of the arrivals' transform.
      expectClose(Math.exp((-mu * (1 - sigma)) / dm1Capacity(mu, X, q)), sigma);
      const poisson = capacityOf((rate) => mmkTail(1, mu, rate, X), q, mu * (1 - 1e-12));
      expectClose(poisson, capacityPoisson);
      expectClose(dm1Capacity(mu, X, q) / poisson - 1, overstatement, 1e-6);
    }
  });

  test("closed loops: bad share, throughput and the users they hold", () => {
    for (const row of fixture.closed) {
      const shape = { servers: row.servers, service: row.meanServiceS, think: row.meanThinkS };
      const share = (users: number) => closedLoop(shape, users, row.X).share;
      expectClose(share(row.maxUsers), row.pBadAtMax);
      expectClose(share(row.maxUsers + 1), row.pBadAtMaxPlus1);
      expectClose(closedLoop(shape, row.maxUsers, row.X).throughput, row.throughputAtMax);
      expectClose(closedCapacity(share, 0.05), row.continuous);
    }
  });
});
