// Tasks that leave the board and come back, with scripts and without.
import { column, comment, said } from "../screen.ts";
import { expect, type Page, test } from "../scenes.ts";

const titles = (page: Page) => column(page, "To do").locator(".card-title");
const kept = (page: Page, title: string) => page.locator(".archive-row").filter({ hasText: title });

test("an archived task leaves the board, goes on by itself, and comes back", async ({
  look,
  pair: { ana, bo, board },
  scripts,
  task,
  visit,
}) => {
  const first = await task(ana, board, "First");
  await task(ana, board, "Second");
  const [anas, bos] = [await visit(ana, first.pane), await visit(bo, board.url)];
  await anas.locator(".task-more > summary").click();
  await anas.getByRole("button", { name: "Archive", exact: true }).click();
  if (scripts) {
    await expect(anas.locator(".toast")).toContainText("Archived “First”.");
    await expect(anas).toHaveURL(board.url);
  } else {
    await expect(anas.getByText("This task is archived")).toBeVisible();
  }
  await look(bos);
  await expect(titles(bos)).toHaveText(["Second"]);
  await expect(column(bos, "To do").locator(".column-count")).toHaveText(/^1\b/);

  await bos.getByRole("link", { name: "Archive", exact: true }).click();
  await kept(bos, "First").getByRole("link", { name: "#1 First" }).click();
  await expect(bos.getByText("This task is archived")).toBeVisible();
  await expect(bos.getByText("Move to…")).toHaveCount(0);
  await comment(bos, "One more thing");
  await expect(said(bos, "One more thing")).toBeVisible();

  await visit(bo, `${board.url}archive/`);
  await bos.getByRole("button", { name: "Restore #1 First" }).click();
  await expect(bos.getByText("No task is archived")).toBeVisible();
  await visit(ana, board.url);
  await expect(titles(anas)).toHaveText(["Second", "First"]);
});

test("a column is emptied into the archive, and what is deleted there can be restored", async ({
  pair: { ana, board },
  task,
  visit,
}) => {
  for (const title of ["First", "Second"]) await task(ana, board, title);
  const page = await visit(ana, board.url);
  await page.getByLabel("Change To do", { exact: true }).click();
  await page.getByText("Archive its tasks…").first().click();
  await expect(page.getByText("2 tasks leave the board.")).toBeVisible();
  await page.getByRole("button", { name: "Archive 2 tasks" }).click();
  await expect(titles(page)).toHaveCount(0);

  await visit(ana, `${board.url}archive/`);
  await kept(page, "Second").getByText("Delete…").click();
  await kept(page, "Second").getByRole("button", { name: "Delete the task" }).click();
  await expect(kept(page, "Second")).toHaveCount(0);
  await visit(ana, `${board.url}archive/`);
  await expect(page.locator(".archive-title")).toHaveText(["#1 First"]);
  await page.getByRole("link", { name: "Deleted", exact: true }).click();
  await expect(kept(page, "Second")).toContainText("kept until");
  await page.getByRole("button", { name: "Restore #2 Second" }).click();
  await expect(page.getByText("Nothing was deleted")).toBeVisible();
  await visit(ana, board.url);
  await expect(titles(page)).toHaveText(["Second"]);
});

test("a column is archived with its tasks and comes back with them", async ({ look, pair: { ana, bo, board }, task, visit }) => {
  for (const title of ["First", "Second"]) await task(ana, board, title);
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  await anas.getByLabel("Change To do", { exact: true }).click();
  await anas.getByRole("button", { name: "Archive the column To do" }).click();
  const names = (page: Page) => page.getByRole("main").getByRole("heading", { level: 2 });
  await expect(names(anas)).toHaveText(["Doing", "Done"]);
  await look(bos);
  await expect(names(bos)).toHaveText(["Doing", "Done"]);
  await bos.getByRole("link", { name: "Archive", exact: true }).click();
  await bos.getByRole("link", { name: "Columns", exact: true }).click();
  await expect(kept(bos, "Column To do")).toContainText("Archived by Ana");
  await expect(kept(bos, "Column To do")).toContainText("with 2 tasks");
  await bos.getByRole("button", { name: "Restore the column To do" }).click();
  await expect(bos.getByText("No column is archived")).toBeVisible();
  await look(anas);
  await expect(names(anas)).toHaveText(["Doing", "Done", "To do"]);
  await expect(titles(anas)).toHaveText(["First", "Second"]);
});
