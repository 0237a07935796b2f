// Finding the way in a long room: to a day, to what was not read, and on from there.
import { expect, test } from "../scenes.ts";
import { log, said } from "../screen.ts";

test("a day line leads to any day, and the page there leads on both ways", async ({
  pair: { ana, board },
  room,
  say,
  scripts,
  visit,
}) => {
  const general = await room(ana, board, "general");
  for (let n = 1; n <= 130; n++) await say(ana, general, `Line ${n}`);
  const page = await visit(ana, general.url);
  await expect(said(page, "Line 130")).toBeVisible();
  await expect(said(page, "Line 1")).toHaveCount(0);
  // Not by the pointer: on the way up to the line older messages would come by themselves.
  await log(page).getByTitle("Go to another day").first().dispatchEvent("click");
  await page.getByLabel("Go to a day").fill("2020-02-29");
  await page.getByRole("button", { name: "Go", exact: true }).click();
  await expect(said(page, "Line 1")).toBeInViewport();
  await expect(said(page, "Line 130")).toHaveCount(0);
  if (scripts) {
    await expect(page.getByRole("button", { name: "To the newest", exact: true })).toBeVisible();
  }
  await page.getByRole("link", { name: "To the newest messages" }).click();
  await expect(said(page, "Line 130")).toBeInViewport();
});

test("a long message shows its beginning, and all of it when asked", async ({
  pair: { ana, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(ana, general, Array.from({ length: 60 }, (_, n) => `${n + 1}. step`).join("\n"));
  await say(ana, general, "Short");
  const page = await visit(ana, general.url);
  const long = log(page).getByRole("listitem").filter({ hasText: "Show all" }).first();
  await expect(log(page).locator(".fold")).toHaveCount(1);
  const folded = (await long.boundingBox())?.height ?? 0;
  await long.getByText("Show all").click();
  await expect(long.getByText("Show less")).toBeVisible();
  const open = (await long.boundingBox())?.height ?? 0;
  expect(open).toBeGreaterThan(folded * 2);
  await long.getByText("Show less").click();
  await expect(long.getByText("Show all")).toBeVisible();
});
