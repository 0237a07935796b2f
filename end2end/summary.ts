// What a failed test saw on its page, and the last line of a run: "N passed, N failed".
import { readFileSync } from "node:fs";
import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Characters shown of a failed test's page. */
const SHOWN = 8_000;

export default class Summary implements Reporter {
  private readonly tests = new Set<TestCase>();

  onTestEnd(test: TestCase, { attachments }: TestResult): void {
    this.tests.add(test);
    const context = attachments.find(({ name }) => name === "error-context")?.path;
    if (context) console.log(`${test.titlePath().join(" › ")}\n${readFileSync(context, "utf8").slice(0, SHOWN)}`);
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
