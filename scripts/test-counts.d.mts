export class TestCounts {
  get skipped(): readonly string[];
  get again(): readonly string[];
  add(report: object): void;
  failSomething(): void;
  line(): string;
}
