// Searching while one types, and by keyboard.
import type { Page } from "@playwright/test";
import { expect, test } from "../scenes.ts";
import { composer } from "../screen.ts";

const field = (page: Page) => page.getByLabel("Search messages, comments and tasks");
const hits = (page: Page) => page.locator(".hits").getByRole("listitem");

test("what is typed is looked for without a button, and the address says it", async ({
  pair: { ana, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(ana, general, "tide table");
  await say(ana, general, "tide clock");
  const page = await visit(ana, "/search/");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("tide");
  await expect(hits(page)).toHaveCount(2);
  await page.keyboard.type(" clock");
  await expect(hits(page)).toHaveCount(1);
  await expect(page).toHaveURL("/search/?q=tide%20clock");
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveValue("tide clock");
  await page.reload();
  await expect(hits(page)).toHaveCount(1);
  await page.goBack();
  await expect(page, "what was typed is one step back").not.toHaveURL(/\/search\//);
});

test("a late answer never takes the place of a newer one", async ({ pair: { ana, board }, room, say, visit }) => {
  const general = await room(ana, board, "general");
  await say(ana, general, "early bird");
  await say(ana, general, "late owl");
  const page = await visit(ana, "/search/");
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(/load_page.*early/, async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest(/load_page.*early/);
  await field(page).fill("early");
  await asked;
  await field(page).fill("owl");
  await expect(hits(page)).toHaveText([/late owl/]);
  const late = page.waitForResponse(/load_page.*early/);
  letGo();
  await (await late).finished();
  // Another question after it: what the first answer may do is done by then.
  await page.evaluate(() => fetch("/messaging/notifications/count/"));
  await expect(hits(page)).toHaveText([/late owl/]);
  await expect(field(page)).toHaveValue("owl");
});

test("a slash leads to the search, the arrows and J and K through it, Enter to the place", async ({
  pair: { ana, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(ana, general, "gull one");
  await say(ana, general, "gull two");
  const page = await visit(ana, general.url);
  await composer(page, "general").focus();
  await page.keyboard.type("1/2");
  await expect(composer(page, "general")).toHaveValue("1/2");
  await composer(page, "general").fill("");
  await composer(page, "general").blur();
  await page.keyboard.press("/");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("gull");
  await expect(hits(page)).toHaveCount(2);
  const link = (nth: number) => hits(page).nth(nth).getByRole("link");
  await page.keyboard.press("ArrowDown");
  await expect(link(0)).toBeFocused();
  await page.keyboard.press("j");
  await expect(link(1)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(link(1)).toBeFocused();
  await page.keyboard.press("k");
  await expect(link(0)).toBeFocused();
  await page.keyboard.press("k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("/");
  await expect(field(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/messaging\/room\/\d+\/.*#m\d+$/);
});
