// The last line of a run: "N passed, N failed".
import type { Reporter, TestCase } from "@playwright/test/reporter";

export default class Summary implements Reporter {
  private readonly tests = new Set<TestCase>();

  onTestEnd(test: TestCase): void {
    this.tests.add(test);
  }

  onEnd(): void {
    const count = (outcome: string) =>
      [...this.tests].filter((test) => test.outcome() === outcome).length;
    const skipped = count("skipped");
    const line = `${count("expected")} passed, ${count("unexpected")} failed`;
    console.log(skipped === 0 ? line : `${line}, ${skipped} skipped`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
