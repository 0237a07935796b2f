// Takes the README's pictures: `cargo xtask pictures`.
import { defineConfig } from "@playwright/test";
import specs from "./playwright.config.ts";

export default defineConfig({
  ...specs,
  testMatch: "pictures.ts",
  projects: [{ name: "pictures" }],
});
