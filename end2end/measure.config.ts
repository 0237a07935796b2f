// Measures pages in Chromium: `cargo xtask measure`.
import { defineConfig } from "@playwright/test";
import specs from "./playwright.config.ts";

export default defineConfig({
  ...specs,
  testMatch: "measure.ts",
  workers: 1,
  fullyParallel: false,
  timeout: 1_200_000,
  projects: [{ name: "measure" }],
});
