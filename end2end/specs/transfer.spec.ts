// Tasks moved to another board, with scripts and without.
import { column, comment, said } from "../screen.ts";
import { expect, test } from "../scenes.ts";

test("a task is moved to another board with all that it has, and back", async ({ board, pair: { ana, bo, board: from }, post, scripts, task, visit }) => {
  const workshop = await board(ana, bo);
  await post(ana, `/boards/${workshop.id}/rename/`, { name: "Workshop" });
  const fence = await task(ana, from, "Paint the fence");
  const page = await visit(ana, fence.url);
  await comment(page, "Green, please");
  await expect(said(page, "Green, please")).toBeVisible();
  await page.locator(".task-more > summary").click();
  await page.getByRole("link", { name: "Move to another board…" }).click();
  await expect(page.getByRole("heading", { name: "Move to another board" })).toBeVisible();
  await expect(page.getByText("#1 Paint the fence")).toBeVisible();
  await page.getByLabel("To board and column").selectOption("Workshop · Doing");
  await page.getByRole("button", { name: "Move", exact: true }).click();
  if (scripts) {
    // The board that it has left says so.
    await expect(page).toHaveURL(from.url);
    await expect(page.getByRole("status").getByText("Moved #1 Paint the fence to Workshop.")).toBeVisible();
    await expect(column(page, "To do").locator(".card-title")).toHaveCount(0);
    await page.getByRole("status").getByRole("link", { name: "Workshop" }).click();
    await column(page, "Doing").getByText("Paint the fence").click();
  } else {
    await expect(page.getByText("Moved to Workshop")).toBeVisible();
    await page.getByRole("link", { name: "#1 Paint the fence" }).click();
  }
  await expect(page).toHaveURL(`${workshop.url}tasks/${fence.id}/`);
  await expect(said(page, "Green, please")).toBeVisible();
  await expect(column(page, "Doing")).toContainText("Paint the fence");

  // Its old address leads there.
  await visit(ana, fence.pane);
  await expect(page).toHaveURL(`${workshop.url}tasks/${fence.id}/`);

  await visit(ana, `${from.url}transfer/?tasks=${fence.id}`);
  await expect(page.getByText("These tasks are not on this board any more.")).toBeVisible();
  await visit(ana, `${workshop.url}transfer/?tasks=${fence.id}`);
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  if (scripts) await expect(page.getByText("The task is back from")).toBeVisible();
  await expect(page).toHaveURL(workshop.url);
  await expect(column(page, "Doing")).toContainText("Paint the fence");
});

test("several tasks of the list are moved to another board at once", async ({ board, pair: { ana, bo, board: from }, post, scripts, task, visit }) => {
  const workshop = await board(ana);
  await post(ana, `/boards/${workshop.id}/rename/`, { name: "Workshop" });
  const [one] = [await task(ana, from, "One"), await task(ana, from, "Two"), await task(ana, from, "Three")];
  await post(ana, `/tasks/${one.id}/assignees/`, { add: `${bo.id}` });
  const page = await visit(ana, `${from.url}?view=list`);
  for (const number of [1, 3]) await page.getByRole("checkbox", { name: `Select #${number}` }).check();
  if (scripts) {
    await page.getByRole("group", { name: "Selected tasks" }).getByText("Move to…", { exact: true }).click();
    await page.getByRole("link", { name: "Another board…" }).click();
  } else {
    await page.getByRole("button", { name: "Move to another board…" }).click();
  }
  await expect(page.locator(".transfer-tasks li")).toHaveText(["#1 One", "#3 Three"]);
  await expect(page.getByLabel("To board and column").locator("option").first()).toHaveText("Workshop · To do (1 person is not on it)");
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await expect(page.getByText("One person was taken off, who is not on that board.")).toBeVisible();
  if (scripts) await expect(page).toHaveURL(`${from.url}?view=list`);
  await visit(ana, workshop.url);
  await expect(column(page, "To do").locator(".card-title")).toHaveText(["One", "Three"]);
  await visit(ana, from.url);
  await expect(column(page, "To do").locator(".card-title")).toHaveText(["Two"]);
});
