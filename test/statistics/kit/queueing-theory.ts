/** What queueing theory says exactly about the kit's servers; μ: services per second of one server, λ: arrivals per second. */

/** Erlang's loss and delay probabilities for offered load a on k servers. */
export function erlang(k: number, a: number): { readonly loss: number; readonly delay: number } {
  let inverse = 1;
  for (let n = 1; n <= k; n++) inverse = 1 + (n / a) * inverse;
  const loss = 1 / inverse;
  return { loss, delay: loss / (1 - (a / k) * (1 - loss)) };
}

/** P(sojourn > x) in M/M/k. */
export function mmkTail(k: number, mu: number, lambda: number, x: number): number {
  const { delay } = erlang(k, lambda / mu);
  const theta = k * mu - lambda;
  const alone = Math.exp(-mu * x);
  if (Math.abs(theta - mu) < 1e-9 * mu) return alone * (1 + delay * mu * x);
  return alone * (1 - delay) + (delay * (theta * alone - mu * Math.exp(-theta * x))) / (theta - mu);
}

/** P(blocked) in M/M/k with Q waiting places. */
export function mmkLoss(k: number, mu: number, waitPlaces: number, lambda: number): number {
  let p = 1;
  let sum = 1;
  for (let n = 1; n <= k + waitPlaces; n++) {
    p *= lambda / mu / Math.min(n, k);
    sum += p;
  }
  return p / sum;
}

/** The rate at which a rising share reaches `allowed`, between 0 and `high`. */
export function capacityOf(share: (rate: number) => number, allowed: number, high: number): number {
  let low = 0;
  let top = high;
  for (let i = 0; i < 200; i++) {
    const middle = (low + top) / 2;
    if (share(middle) > allowed) top = middle;
    else low = middle;
  }
  return (low + top) / 2;
}

/** d logit(share) / d ln(rate), by a central difference. */
export function logitSlope(share: (rate: number) => number, rate: number): number {
  const logit = (p: number) => Math.log(p / (1 - p));
  const h = 1e-4;
  return (logit(share(rate * Math.exp(h))) - logit(share(rate * Math.exp(-h)))) / (2 * h);
}

/** Capacity of D/M/1: evenly spaced arrivals. */
export function dm1Capacity(mu: number, x: number, allowed: number): number {
  const wait = dm1Wait(mu, x, allowed);
  return (-mu * (1 - wait)) / Math.log(wait);
}

/** Its σ there: how likely an arrival finds the server busy. */
export function dm1Wait(mu: number, x: number, allowed: number): number {
  return 1 - Math.log(1 / allowed) / (mu * x);
}

/** Closed loop with exponential service and think times: throughput of N users, and P(sojourn > x) for one of them. */
export function closedLoop(
  { servers, service, think }: { readonly servers: number; readonly service: number; readonly think: number },
  users: number,
  x: number,
): { readonly share: number; readonly throughput: number } {
  const mu = 1 / service;
  const atServer = (population: number): readonly number[] => {
    const weights = [1];
    for (let j = 1; j <= population; j++) {
      weights.push((weights[j - 1]! * (population - j + 1)) / think / (Math.min(j, servers) * mu));
    }
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  };
  const share = atServer(users - 1).reduce((sum, p, j) => sum + p * sojournTail(servers, mu, j, x), 0);
  const throughput = atServer(users).reduce((sum, p, j) => sum + p * Math.min(j, servers) * mu, 0);
  return { share, throughput };
}

/** P(Erlang(j−c+1, cμ) + Exp(μ) > x) for who finds j before him; the sum is integrated numerically. */
function sojournTail(c: number, mu: number, j: number, x: number): number {
  const alone = Math.exp(-mu * x);
  if (j < c) return alone;
  const stages = j - c + 1;
  const rate = c * mu;
  if (c === 1) return erlangTail(stages + 1, rate, x);
  // E[e^{−μ(x−W)}; W < x] of an Erlang W is a tilted Erlang of rate cμ − μ.
  const tilted = 1 - erlangTail(stages, rate - mu, x);
  return erlangTail(stages, rate, x) + alone * (rate / (rate - mu)) ** stages * tilted;
}

function erlangTail(stages: number, rate: number, x: number): number {
  let term = Math.exp(-rate * x);
  let sum = term;
  for (let n = 1; n < stages; n++) {
    term *= (rate * x) / n;
    sum += term;
  }
  return sum;
}

/** Users, read between whole ones, at which ln of the bad share reaches ln of the allowed. */
export function closedCapacity(share: (users: number) => number, allowed: number): number {
  let users = 2;
  while (share(users) <= allowed) users++;
  const below = Math.log(share(users - 1));
  const above = Math.log(share(users));
  return users - 1 + (Math.log(allowed) - below) / (above - below);
}
