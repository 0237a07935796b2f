// A task that goes to another board, as those see it who look at it.
import { column, said } from "../screen.ts";
import { expect, test } from "../scenes.ts";

test.use({ expectedConsole: /status of 404/ });

test("who may read the other board follows the task there, who may not is shown nothing of it", async ({
  board,
  pair: { ana, bo, board: from },
  person,
  post,
  say,
  task,
  visit,
}) => {
  const workshop = await board(ana, bo);
  await post(ana, `/boards/${workshop.id}/rename/`, { name: "Workshop" });
  const vic = await person("Vic");
  await post(ana, `/boards/${from.id}/members/`, { username: vic.username });
  const fence = await task(ana, from, "Paint the fence");
  const [bos, vics] = [await visit(bo, fence.pane), await visit(vic, fence.pane)];
  const there = await ana.context.newPage();
  await there.goto(workshop.url);
  await there.locator("html[data-hydrated]").waitFor();
  const columns = there.locator("[data-column]");
  const doing = (await columns.nth(1).getAttribute("data-column"))!;
  await post(ana, `/boards/${from.id}/transfer/`, { tasks: `${fence.id}`, column: doing });
  await expect(column(there, "Doing").locator(".card-title")).toHaveText(["Paint the fence"]);
  await expect(bos).toHaveURL(`${workshop.url}tasks/${fence.id}/`);
  await expect(column(bos, "Doing").locator(".card-title")).toHaveText(["Paint the fence"]);
  await say(ana, fence, "Only for you");
  await expect(said(bos, "Only for you")).toBeVisible();
  await expect(vics.getByText("Paint the fence")).toHaveCount(0);
  await expect(vics.getByText("Workshop")).toHaveCount(0);
  await expect(column(vics, "To do").locator(".card-title")).toHaveCount(0);
  await expect(vics.getByText("Only for you")).toHaveCount(0);
  // What the browser keeps of the board is as it was when that was left.
  await visit(vic, "/messaging/");
  const kept = await vics.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).not.toContain("Paint the fence");
});

test("the palette moves the task that is open, or those that are selected, and Ctrl+Z brings them back", async ({
  board,
  pair: { ana, board: from },
  post,
  task,
  visit,
}) => {
  const workshop = await board(ana);
  await post(ana, `/boards/${workshop.id}/rename/`, { name: "Workshop" });
  const [one] = [await task(ana, from, "One"), await task(ana, from, "Two"), await task(ana, from, "Three")];
  const page = await visit(ana, one.pane);
  const titles = column(page, "To do").locator(".card-title");
  const choose = async (words: string) => {
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("combobox", { name: "Go to or do" })).toBeFocused();
    await page.keyboard.type("another board");
    await expect(page.getByRole("option", { name: words, selected: true })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "Move to another board" })).toBeVisible();
    await page.getByLabel("To board and column").selectOption("Workshop · Doing");
    await page.getByRole("button", { name: "Move", exact: true }).click();
    await expect(page).toHaveURL(from.url);
  };
  await choose("Move #1 to another board…");
  await expect(page.getByRole("status").getByText("Moved #1 One to Workshop.")).toBeVisible();
  await expect(titles).toHaveText(["Two", "Three"]);
  await page.keyboard.press("Control+z");
  await expect(page.getByText("The task is back from Workshop.")).toBeVisible();
  await expect(titles).toHaveText(["One", "Two", "Three"]);

  for (const title of ["One", "Three"]) {
    await page.getByRole("link", { name: title }).focus();
    await page.keyboard.press("x");
  }
  await expect(page.getByText("2 selected", { exact: true })).toBeVisible();
  await choose("Move 2 selected tasks to another board…");
  await expect(page.getByRole("status").getByText("Moved 2 tasks to Workshop.")).toBeVisible();
  await expect(titles).toHaveText(["Two"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("2 tasks are back from Workshop.")).toBeVisible();
  await expect(titles).toHaveText(["One", "Two", "Three"]);
});
