/** What came of the tests of several vitest runs, from their JSON reports. */
export class TestCounts {
  #passed = 0;
  #failed = 0;
  #skipped = [];
  #again = [];

  /** Names of those left out, in the order in which they were added. */
  get skipped() {
    return this.#skipped;
  }

  /** `NAME: first line of what was wrong at first`, of those that passed only when they were run again. */
  get again() {
    return this.#again;
  }

  /** One report, parsed. A test that is only planned (`todo`) was left out as well. */
  add({ numPassedTests, numFailedTests, testResults }) {
    this.#passed += numPassedTests;
    this.#failed += numFailedTests;
    for (const { assertionResults } of testResults)
      for (const { status, fullName, failureMessages } of assertionResults) {
        if (status !== "passed" && status !== "failed") this.#skipped.push(fullName);
        const [first] = failureMessages;
        if (status === "passed" && first !== undefined) this.#again.push(`${fullName}: ${first.split("\n")[0]}`);
      }
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
