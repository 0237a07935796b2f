// Runs every spec twice: with scripts, and without them. Specs of live
// behaviour are named *.live.spec.ts and run with scripts only.
import { defineConfig, devices } from "@playwright/test";
import type { Options } from "./fixtures.ts";

export default defineConfig<Options>({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  workers: 2,
  retries: 0,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [[process.stdout.isTTY ? "line" : "list"], ["./summary.ts"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    // A third of the time of all specs would go into traces: `--trace retain-on-failure` makes them.
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  projects: [
    { name: "scripts-on" },
    {
      name: "scripts-off",
      testIgnore: "**/*.live.spec.ts",
      use: { javaScriptEnabled: false },
    },
  ],
});
