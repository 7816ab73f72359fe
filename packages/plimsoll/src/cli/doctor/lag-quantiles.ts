/** How late something came, ms. */
export interface LagQuantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
