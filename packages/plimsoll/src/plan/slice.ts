/** Worker `index` of `count`: it takes every arrival k and every user u with k ≡ index (mod count). */
export interface Slice {
  readonly index: number;
  readonly count: number;
}
