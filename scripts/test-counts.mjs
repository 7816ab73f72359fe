/** What came of the tests of several vitest runs, from their JSON reports. */
export class TestCounts {
  #passed = 0;
  #failed = 0;
  #skipped = [];

  /** Names of those left out, in the order in which they were added. */
  get skipped() {
    return this.#skipped;
  }

  /** One report, parsed. A test that is only planned (`todo`) was left out as well. */
  add({ numPassedTests, numFailedTests, testResults }) {
    this.#passed += numPassedTests;
    this.#failed += numFailedTests;
    for (const { assertionResults } of testResults)
      for (const { status, fullName } of assertionResults)
        if (status !== "passed" && status !== "failed") this.#skipped.push(fullName);
  }

  /** Something failed: at least one, even where no test says so. */
  failSomething() {
    this.#failed = Math.max(1, this.#failed);
  }

  /** `1234 passed, 0 failed, 2 skipped`. */
  line() {
    return `${this.#passed} passed, ${this.#failed} failed, ${this.#skipped.length} skipped`;
  }
}
