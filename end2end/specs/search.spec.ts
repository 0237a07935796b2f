// Search, with scripts and without.
import type { Page } from "@playwright/test";
import { expect, test } from "../scenes.ts";
import { row, sidebar } from "../screen.ts";

const field = (page: Page) => page.getByLabel("Search messages, comments and tasks");
const hits = (page: Page) => page.locator(".hits").getByRole("listitem");
const look = (page: Page) => page.getByRole("search").getByRole("button", { name: "Search" }).click();

test("what was said is found from the sidebar, is marked, and leads to its place", async ({
  pair: { ana, bo, board },
  room,
  say,
  task,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(ana, general, "The **ferry** leaves at nine");
  const hall = await task(bo, board, "Book the ferry");
  await say(bo, hall, "Which ferry, and when?");
  const page = await visit(bo, "/messaging/");
  await sidebar(page).getByRole("link", { name: "Search" }).click();
  await expect(page.getByText("What you can type")).toBeVisible();
  await field(page).fill("FERRY");
  await look(page);
  await expect(hits(page)).toHaveCount(3);
  await expect(page).toHaveTitle(/FERRY · Search/);
  await expect(hits(page).nth(0)).toContainText("#1 Book the ferry");
  await expect(hits(page).nth(0)).toContainText("Which ferry, and when?");
  await expect(hits(page).nth(1)).toContainText("#1Book the ferry");
  await expect(hits(page).nth(2)).toContainText("general");
  await expect(hits(page).nth(2)).toContainText("Ana · Ana's board");
  for (const hit of await hits(page).all()) await expect(hit.locator("mark").last()).toHaveText("ferry");

  await hits(page).nth(2).getByRole("link").click();
  await expect(row(page, "leaves at nine")).toBeVisible();
  await expect(page).toHaveURL(/\/messaging\/room\/\d+\/.*#m\d+$/);
  await visit(bo, "/search/?q=ferry+is:task");
  await hits(page).getByRole("link").click();
  await expect(page).toHaveURL(hall.pane);
  await expect(page.getByRole("heading", { name: "#1 Book the ferry" })).toBeVisible();
});

test("a filter that is typed is a chip, which takes it out again", async ({
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const office = await room(ana, board, "office hours");
  await say(ana, general, "lunch in general");
  await say(bo, office, "lunch in the office");
  const page = await visit(ana, "/search/");
  await field(page).fill(`lunch in:"office hours" from:${bo.username}`);
  await look(page);
  await expect(hits(page)).toHaveCount(1);
  await page.getByRole("link", { name: 'Without in:"office hours"' }).click();
  await expect(field(page)).toHaveValue(`lunch from:${bo.username}`);
  await page.getByRole("link", { name: `Without from:${bo.username}` }).click();
  await expect(hits(page)).toHaveCount(2);
  await expect(field(page)).toHaveValue("lunch");
  await page.getByRole("link", { name: "Best match" }).click();
  await expect(page.getByRole("link", { name: "Best match" })).toHaveAttribute("aria-current", "true");
  await expect(page).toHaveURL(/sort=best/);
  await expect(hits(page)).toHaveCount(2);
  await field(page).fill("lunch general");
  await look(page);
  await expect(hits(page)).toHaveCount(1);
  await expect(page).toHaveURL(/sort=best/);
});

test("nothing found, and what cannot be looked for, say what to do", async ({ person, visit }) => {
  const { page } = await person("Ana");
  const ana = { page } as Parameters<typeof visit>[0];
  await visit(ana, "/search/?q=teapot");
  await expect(page.locator(".empty").getByText("Nothing was found")).toBeVisible();
  await expect(page.getByText("What you can type")).toBeVisible();
  await visit(ana, "/search/?q=teapot+before:noon");
  await expect(page.getByRole("alert")).toHaveText(/as in before:2026-11-23/);
  await expect(field(page)).toHaveValue("teapot before:noon");
  await visit(ana, "/search/?q=has:fun");
  await expect(page.getByRole("alert")).toHaveText(/has:file/);
  await visit(ana, `/search/?q=${encodeURIComponent('NEAR( "* \u0000 100% <b>')}`);
  await expect(page.locator(".empty").getByText("Nothing was found")).toBeVisible();
  await expect(field(page)).toHaveValue(/100% <b>/);
});

test("more hits are a page further, and the way back leads to the first", async ({
  pair: { ana, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  for (let n = 1; n <= 45; n += 1) await say(ana, general, `lantern ${n}`);
  const page = await visit(ana, "/search/?q=lantern");
  const seen: string[] = [];
  for (const count of [20, 20, 5]) {
    await expect(hits(page)).toHaveCount(count);
    await expect(hits(page).first()).toContainText(`lantern ${45 - seen.length}`);
    seen.push(...(await page.locator(".hit-text").allTextContents()));
    if (count === 20) await page.getByRole("link", { name: "More", exact: true }).click();
  }
  expect(seen).toEqual(Array.from({ length: 45 }, (_, n) => `lantern ${45 - n}`));
  await expect(page.getByRole("link", { name: "More", exact: true })).toHaveCount(0);
  await page.getByRole("link", { name: "Back to the first" }).click();
  await expect(hits(page).first()).toContainText("lantern 45");
});

test("what one may not read is not found", async ({ pair: { ana, bo, board }, privateRoom, say, visit }) => {
  const secret = await privateRoom(ana, board, "Salaries");
  await say(ana, secret, "swordfish");
  await visit(ana, "/search/?q=swordfish");
  await expect(hits(ana.page)).toHaveCount(1);
  const page = await visit(bo, "/search/?q=swordfish");
  await expect(page.locator(".empty").getByText("Nothing was found")).toBeVisible();
});
