// The tasks of a board as a list, with scripts and without.
import { expect, type Page, test } from "../scenes.ts";

const rows = (page: Page) => page.getByRole("table").getByRole("row").filter({ has: page.getByRole("cell") });
const titles = (page: Page) => page.getByRole("table").locator(".row-link");

test("a board is shown as a list, sorted by its heads and filtered as the columns are", async ({
  pair: { ana, bo, board },
  post,
  scripts,
  task,
  visit,
}) => {
  const [hall, band] = [await task(ana, board, "Book the hall"), await task(ana, board, "Book the band")];
  await task(ana, board, "Call the press");
  await post(ana, `/tasks/${hall.id}/due/`, { due: "2031-02-03" });
  await post(ana, `/tasks/${band.id}/due/`, { due: "2031-02-02" });
  await post(ana, `/tasks/${band.id}/assignees/`, { add: `${bo.id}` });
  await post(ana, `/tasks/${band.id}/priority/`, { priority: "high" });
  await post(ana, `/tasks/${band.id}/progress/`, { progress: "50" });
  const page = await visit(ana, `${board.url}?q=book`);
  const views = page.getByRole("navigation", { name: "View" });
  await views.getByRole("link", { name: "List" }).click();
  await expect(page).toHaveURL(`${board.url}?q=book&view=list`);
  await expect(views.getByRole("link", { name: "List" })).toHaveAttribute("aria-current", "true");
  await expect(titles(page)).toHaveText(["Book the hall", "Book the band"]);
  await expect(rows(page).nth(1)).toContainText(/Book the band.*#2.*To do.*Bo.*High.*50 %/);

  await page.getByRole("columnheader").getByRole("link", { name: "Due" }).click();
  await expect(titles(page)).toHaveText(["Book the band", "Book the hall"]);
  await expect(page.getByRole("columnheader", { name: "Due" })).toHaveAttribute("aria-sort", "ascending");
  await page.getByRole("columnheader").getByRole("link", { name: "Due" }).click();
  await expect(titles(page)).toHaveText(["Book the hall", "Book the band"]);
  await expect(page).toHaveURL(`${board.url}?q=book&view=list&sort=-due`);

  const heads = page.getByRole("columnheader");
  await heads.getByRole("link", { name: "Assignees" }).click();
  await expect(page).toHaveURL(`${board.url}?q=book&view=list&sort=assignee`);
  await expect(heads.filter({ hasText: "Assignees" })).toHaveAttribute("aria-sort", "ascending");
  await expect(titles(page)).toHaveText(["Book the band", "Book the hall"]);
  await heads.getByRole("link", { name: "Labels" }).click();
  await expect(titles(page)).toHaveText(["Book the hall", "Book the band"]);
  await heads.getByRole("link", { name: "Due" }).click();
  await heads.getByRole("link", { name: "Due" }).click();

  // What is filtered, opened and closed in the list stays in it.
  const bar = page.getByRole("search", { name: "Filter the tasks" });
  await bar.getByRole("searchbox").fill("the");
  if (!scripts) await bar.getByRole("button", { name: "Apply the filter" }).click();
  await expect(page).toHaveURL(`${board.url}?q=the&view=list&sort=-due`);
  await expect(titles(page)).toHaveText(["Book the hall", "Book the band", "Call the press"]);
  await page.getByRole("link", { name: "Book the band" }).click();
  await expect(page.getByRole("heading", { name: "#2 Book the band" })).toBeVisible();
  await page.getByRole("link", { name: "Close the task" }).click();
  await expect(page).toHaveURL(`${board.url}?q=the&view=list&sort=-due`);
  await bar.getByRole("link", { name: "Clear" }).click();
  await expect(page).toHaveURL(`${board.url}?view=list&sort=-due`);
  await expect(titles(page)).toHaveCount(3);
  await views.getByRole("link", { name: "Board" }).click();
  await expect(page).toHaveURL(board.url);
  await expect(page.getByRole("table")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "To do" })).toContainText("Call the press");
});

test("tasks that are ticked in the list are moved and archived together, without script too", async ({
  pair: { ana, board },
  scripts,
  task,
  visit,
}) => {
  for (const title of ["One", "Two", "Three"]) await task(ana, board, title);
  const page = await visit(ana, `${board.url}?view=list`);
  const tick = async (...numbers: number[]) => {
    for (const number of numbers) await page.getByRole("checkbox", { name: `Select #${number}` }).check();
  };
  const column = (title: string) => rows(page).filter({ hasText: title }).locator(".table-column");
  await tick(1, 3);
  if (scripts) {
    const bar = page.getByRole("group", { name: "Selected tasks" });
    await bar.getByText("Move to…", { exact: true }).click();
    await bar.getByRole("button", { name: "Doing" }).click();
  } else {
    await page.getByLabel("Selected tasks to").selectOption("Doing");
    await page.getByRole("button", { name: "Move", exact: true }).click();
    await expect(page).toHaveURL(`${board.url}?view=list`);
  }
  await expect(column("One")).toHaveText("Doing");
  await expect(column("Three")).toHaveText("Doing");
  await expect(column("Two")).toHaveText("To do");
  await tick(1, 2);
  if (scripts) {
    const bar = page.getByRole("group", { name: "Selected tasks" });
    await bar.getByText("Due", { exact: true }).click();
    await bar.getByLabel("Another day").fill("2031-02-03");
    await bar.getByText("Priority", { exact: true }).click();
    await bar.getByRole("button", { name: "High" }).click();
    await page.getByRole("button", { name: "Select nothing" }).click();
  } else {
    await page.getByLabel("Day for the selected tasks").fill("2031-02-03");
    await page.getByRole("button", { name: "Set the day" }).click();
    await tick(1, 2);
    await page.getByLabel("Priority of the selected tasks").selectOption("High");
    await page.getByRole("button", { name: "Set the priority" }).click();
  }
  for (const title of ["One", "Two"]) await expect(rows(page).filter({ hasText: title })).toContainText(/3 Feb.*High/);
  await tick(2, 3);
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect(titles(page)).toHaveText(["One"]);
});

test("a long list shows more of it where one asks for it", async ({ pair: { ana }, scripts, visit }) => {
  const created_at = "2026-11-20T08:00:00.000Z";
  const tasks = Array.from({ length: 320 }, (_, at) => ({ number: at + 1, column: 0, title: `Task ${at + 1}`, created_at }));
  const file = { format: "boardwalk-board", version: 1, name: "Long", columns: [{ name: "To do" }], tasks };
  const buffer = Buffer.from(JSON.stringify(file));
  const page = await visit(ana, "/messaging/");
  await page.getByText("New board from a file…").click();
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "long.json", mimeType: "application/json", buffer });
  await page.getByRole("button", { name: "Make a board of it" }).click();
  await page.getByRole("link", { name: "Open the board" }).click();
  await page.getByRole("link", { name: "List", exact: true }).click();
  await expect(titles(page)).toHaveCount(300);
  await expect(page.getByText("20 more tasks")).toBeVisible();
  if (scripts) {
    await titles(page).nth(299).focus();
  } else {
    await page.getByRole("link", { name: "Show more" }).click();
  }
  await expect(titles(page)).toHaveCount(320);
  await expect(page.getByText("more tasks")).toHaveCount(0);
});
