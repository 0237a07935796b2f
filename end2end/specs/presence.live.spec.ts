// Who else has a board or a task open, in its head.
import { expect, test } from "../scenes.ts";

test("who has the board open is seen in its head while they have", async ({ pair: { ana, bo, board }, room, visit }) => {
  const general = await room(ana, board, "general");
  const page = await visit(ana, board.url);
  const here = page.getByRole("img", { name: "Here now: Bo", exact: true });
  const title = page.getByRole("heading", { level: 1 });
  const before = await title.boundingBox();
  await expect(here).toHaveCount(0);
  const bos = await visit(bo, board.url);
  await expect(here).toBeVisible();
  await expect(bos.getByRole("img", { name: "Here now: Ana", exact: true })).toBeVisible();
  expect(await title.boundingBox()).toEqual(before);
  const names = here.getByText("Here now: Bo");
  await expect(names).toBeHidden();
  await here.focus();
  await expect(names).toBeVisible();
  await bos.getByRole("link", { name: "Rooms" }).first().click();
  await expect(here).toHaveCount(0, { timeout: 15_000 });
  await bos.goto(general.url);
  await bos.goBack();
  await bos.goto(board.url);
  await expect(here).toBeVisible();
  await bos.close();
  await expect(here).toHaveCount(0, { timeout: 15_000 });
});

test("who has the task open is seen in its head, and on the board under it", async ({ pair: { ana, bo, board }, task, visit }) => {
  const paint = await task(ana, board, "Paint the door");
  const page = await visit(ana, paint.pane);
  const inTask = page.getByRole("region", { name: "Task", exact: true }).getByRole("img", { name: "Here now: Bo" });
  const onBoard = page.locator(".board-head").getByRole("img", { name: "Here now: Bo" });
  const bos = await visit(bo, board.url);
  await expect(onBoard).toBeVisible();
  await expect(inTask).toHaveCount(0);
  await bos.goto(paint.url);
  await expect(inTask).toBeVisible();
  await expect(bos.getByRole("img", { name: "Here now: Ana" })).toBeVisible();
  await expect(onBoard).toHaveCount(0, { timeout: 15_000 });
});
