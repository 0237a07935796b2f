// The README's pictures, of the demo's people at work.
import { statSync } from "node:fs";
import path from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { Server } from "./server.ts";

const FOLDER = path.resolve(import.meta.dirname, "../docs/pictures");
/** A README should load quickly. */
const MAX_BYTES = 300_000;
const PHONE = { width: 390, height: 844 };

let server: Server;

// Each picture has a demo of its own, in which nothing was looked at before.
test.beforeEach(async ({ page }) => {
  server = await Server.start("seed-demo");
  await page.setViewportSize({ width: 1440, height: 900 });
  const form = { username: "ana", password: "boardwalk" };
  const answer = await page.request.post(`${server.url}/accounts/login/`, { form, headers: { Accept: "application/json" } });
  expect(answer.ok(), await answer.text()).toBe(true);
});

test.afterEach(() => server.stop());

test("room, light", async ({ page }) => {
  await open(page, "/messaging/", "Launch");
  await take(page, "room-light");
});

test("room, dark", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await open(page, "/messaging/", "Engineering");
  await take(page, "room-dark");
});

test("board", async ({ page }) => {
  await open(page, "/messaging/", "Ferry app 2.0");
  await take(page, "board");
});

test("board, dark", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await open(page, "/messaging/", "Ferry app 2.0");
  await take(page, "board-dark");
});

test("palette", async ({ page }) => {
  await open(page, "/messaging/", "Ferry app 2.0");
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await palette.getByRole("combobox").pressSequentially("re");
  await expect(palette.getByRole("option", { name: "Release checklist" })).toBeVisible();
  await take(page, "palette");
});

test("task", async ({ page }) => {
  await open(page, "/messaging/", "Ferry app 2.0");
  await page.getByRole("link", { name: "Code is too small" }).click();
  await expect(page.getByRole("log")).toBeVisible();
  await take(page, "task");
});

test("inbox", async ({ page }) => {
  await open(page, "/messaging/notifications/");
  await take(page, "inbox");
});

test("phone", async ({ page }) => {
  await page.setViewportSize(PHONE);
  await open(page, "/messaging/", "Launch");
  await take(page, "phone");
});

/** Opens a page, and from there what a link of it leads to. */
async function open(page: Page, url: string, link?: string) {
  await page.goto(server.url + url);
  await page.locator("html[data-hydrated]").waitFor();
  if (link) {
    await page.getByRole("main").getByRole("link", { name: link }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: link })).toBeVisible();
  }
}

async function take(page: Page, name: string) {
  // What is in the view is drawn, pictures too, which come when they are near.
  await page.waitForFunction(() =>
    [...document.images].every((image) => {
      const { top, bottom, left, right } = image.getBoundingClientRect();
      const seen = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
      return !seen || (image.complete && image.naturalWidth > 0);
    }),
  );
  const file = path.join(FOLDER, `${name}.png`);
  // Nothing is under the mouse.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
  expect(statSync(file).size, `bytes of ${file}`).toBeLessThan(MAX_BYTES);
}
