// Reading far above in a live room, and drafts that follow their writer.
import type { Locator, Page } from "../scenes.ts";
import { expect, test } from "../scenes.ts";
import { composer, log, remove, said, send } from "../screen.ts";

/** Where a message stands on the screen. */
const top = async (message: Locator): Promise<number> => (await message.boundingBox())?.y ?? NaN;

/** Scrolls the room's list so far down, or up. */
const scroll = (page: Page, by: number): Promise<void> =>
  log(page).evaluate((list, by) => list.scrollBy(0, by), by);

test("who left much unread is led to the first of it, reads on from there, and nothing moves", async ({
  pair: { ana, bo, board },
  post,
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await post(bo, `${general.url}join/`, {});
  await say(ana, general, "Read before");
  await post(bo, `${general.url}read/`, {});
  for (let n = 1; n <= 420; n++) await say(ana, general, `Line ${n}`);

  const page = await visit(bo, general.url);
  await expect(said(page, "Line 420")).toBeInViewport();
  await page.getByRole("link", { name: "To the first unread message" }).click();
  await expect(said(page, "Line 1")).toBeInViewport();
  await expect(log(page).getByText("New", { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "To the first unread message" })).toHaveCount(0);

  // What is written meanwhile does not move what is read, and is counted.
  const before = await top(said(page, "Line 1"));
  await say(ana, general, "Meanwhile");
  await expect(page.getByRole("button", { name: "1 new message" })).toBeVisible();
  expect(await top(said(page, "Line 1"))).toBe(before);

  // Down to the end, a page at a time, with at most 300 rows in the page.
  const seen = new Set<number>();
  await expect(async () => {
    for (const text of await log(page).locator(".message-text").allTextContents()) {
      const number = /^Line (\d+)$/.exec(text.trim())?.[1];
      if (number) seen.add(Number(number));
    }
    expect(await log(page).locator(".message").count()).toBeLessThanOrEqual(300);
    await scroll(page, 600);
    await expect(said(page, "Meanwhile")).toBeInViewport({ timeout: 100 });
  }).toPass();
  expect(seen.size, "every line was there on the way").toBe(420);
  await say(ana, general, "After it");
  await expect(said(page, "After it")).toBeVisible();
});

test("what is deleted while somebody reads far above is gone when they come to it", async ({
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const first = await say(ana, general, "First");
  for (let n = 1; n <= 150; n++) await say(ana, general, `Line ${n}`);
  const page = await visit(bo, `${general.url}?at=${first}#m${first}`);
  await expect(said(page, "First")).toBeInViewport();
  const anas = await visit(ana, general.url);
  await remove(anas, "Line 150");
  await send(anas, "general", "The end");
  await expect(page.getByRole("button", { name: /new message/ })).toBeVisible();
  await page.getByRole("button", { name: /new message/ }).click();
  await expect(said(page, "The end")).toBeInViewport();
  await expect(said(page, "This message was deleted.")).toBeVisible();
  await expect(said(page, "Line 150")).toHaveCount(0);
});

test("a draft follows its writer to another browser, and is gone there when it is sent", async ({
  newContext,
  hydrated,
  pair: { ana, board },
  room,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const here = await visit(ana, general.url);
  const context = await newContext();
  await context.addCookies(await ana.context.cookies());
  const there = await context.newPage();
  await there.goto(general.url);
  await hydrated(there);
  await composer(here, "general").fill("Half a thought");
  await expect(composer(there, "general")).toHaveValue("Half a thought");
  await there.reload();
  await hydrated(there);
  await expect(composer(there, "general")).toHaveValue("Half a thought");
  await composer(there, "general").fill("Half a thought, ended");
  await composer(there, "general").blur();
  await composer(here, "general").blur();
  await expect(composer(here, "general")).toHaveValue("Half a thought, ended");
  await composer(here, "general").press("Enter");
  await expect(said(there, "Half a thought, ended")).toBeVisible();
  await expect(composer(there, "general")).toHaveValue("");
});

test("under one's own message stands how many have read it, and who", async ({
  pair: { ana, bo, board },
  post,
  room,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await post(bo, `${general.url}join/`, {});
  const page = await visit(ana, general.url);
  await send(page, "general", "Has anybody seen this?");
  await expect(said(page, "Has anybody seen this?")).toBeVisible();
  await post(bo, `${general.url}read/`, {});
  await page.reload();
  await page.getByText("Read by 1 of 1").click();
  await expect(page.locator(".read-by").getByText("Bo")).toBeVisible();
});

test("who reads it later is counted without a reload", async ({
  pair: { ana, bo, board },
  post,
  room,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await post(bo, `${general.url}join/`, {});
  await ana.page.clock.install();
  const page = await visit(ana, general.url);
  const asked = () => page.waitForResponse("**/api/load_readers*");
  const first = asked();
  await send(page, "general", "Has anybody seen this?");
  await expect(said(page, "Has anybody seen this?")).toBeVisible();
  await page.clock.fastForward(6_000);
  await first;
  await post(bo, `${general.url}read/`, {});
  await page.clock.fastForward(11_000);
  await expect(page.getByText("Read by 1 of 1")).toBeVisible();
});
