export class TestCounts {
  get skipped(): readonly string[];
  add(report: object): void;
  failSomething(): void;
  line(): string;
}
