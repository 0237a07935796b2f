// Finding cards on a board, and one's own tasks over all boards, with scripts and without.
import { card, column } from "../screen.ts";
import { type Board, expect, type Page, type Person, test } from "../scenes.ts";

/** A board with three cards: one labelled, one of Bo's, one that is overdue. */
async function furnish(
  { ana, bo, board }: { ana: Person; bo: Person; board: Board },
  post: (person: Person, path: string, form: Record<string, string>) => Promise<any>,
) {
  const titles = ["Réparer le toit", "Paint the door", "Paint the roof"];
  const ids: number[] = [];
  for (const title of titles) ids.push((await post(ana, `${board.url}tasks/`, { title })).id);
  await post(ana, `${board.url}labels/`, { name: "Outside", colour: "green", task: `${ids[0]}` });
  await post(ana, `/tasks/${ids[1]}/assignees/`, { add: `${bo.id}` });
  await post(ana, `/tasks/${ids[2]}/due/`, { due: "2001-02-03" });
  return ids;
}

const shown = (page: Page) => column(page, "To do").locator(".card-title");
const bar = (page: Page) => page.getByRole("search", { name: "Filter the tasks" });
const status = (page: Page) => bar(page).getByRole("status");

/** Chooses something of the bar; without script it is applied by the button. */
async function choose(page: Page, scripts: boolean, kind: string, name: string): Promise<void> {
  await bar(page).locator("summary", { hasText: kind }).click();
  await bar(page).getByRole("checkbox", { name, exact: true }).click();
  if (scripts) await page.keyboard.press("Escape");
  else await bar(page).getByRole("button", { name: "Apply the filter" }).click();
}

test("cards are found by words, labels, people and dates, and the address keeps what was asked", async ({
  hydrated,
  pair,
  post,
  scripts,
  visit,
}) => {
  await furnish(pair, post);
  const { ana, bo, board } = pair;
  const page = await visit(bo, board.url);
  await expect(shown(page)).toHaveCount(3);
  await bar(page).getByRole("searchbox").fill("PAINT");
  if (!scripts) await bar(page).getByRole("button", { name: "Apply the filter" }).click();
  await expect(shown(page)).toHaveText(["Paint the door", "Paint the roof"]);
  await expect(status(page)).toHaveText("2 of 3 tasks");
  await expect(column(page, "To do").locator(".column-count")).toContainText("2 of 3");
  await choose(page, scripts, "Assignees", "Me");
  await expect(shown(page)).toHaveText(["Paint the door"]);
  await expect(page).toHaveURL(`${board.url}?q=PAINT&assignee=me`);

  // A task that is opened and closed, a reload and a shared link leave it so.
  await card(page, "To do", "Paint the door").click();
  await expect(page.getByRole("heading", { name: "#2 Paint the door" })).toBeVisible();
  await expect(shown(page)).toHaveText(["Paint the door"]);
  await page.reload();
  await hydrated(page);
  await expect(shown(page)).toHaveText(["Paint the door"]);
  await page.getByRole("link", { name: "Close the task" }).click();
  await expect(page).toHaveURL(/\?q=PAINT&assignee=me$/);
  const anas = await visit(ana, `${board.url}?q=paint&assignee=${bo.id}&assignee=me`);
  await expect(shown(anas)).toHaveText(["Paint the door"]);
  await expect(bar(anas).locator("summary", { hasText: "Assignees" })).toContainText("Bo +1");

  await visit(bo, `${board.url}?label=999`);
  await expect(page.getByText("No task matches this filter.")).toBeVisible();
  await page.getByRole("link", { name: "Clear the filter" }).click();
  await expect(shown(page)).toHaveCount(3);
  await expect(page).toHaveURL(board.url);
  await choose(page, scripts, "Labels", "Outside");
  await expect(shown(page)).toHaveText(["Réparer le toit"]);
  await bar(page).getByRole("link", { name: "Clear" }).click();
  await choose(page, scripts, "Due", "Overdue");
  await expect(shown(page)).toHaveText(["Paint the roof"]);
  await choose(page, scripts, "Columns", "Doing");
  await expect(page.getByText("No task matches this filter.")).toBeVisible();
  await choose(page, scripts, "Columns", "To do");
  await expect(shown(page)).toHaveText(["Paint the roof"]);
  await expect(bar(page).locator("summary", { hasText: "Columns" })).toContainText("To do +1");
});

test("my tasks are those of all boards, by when they are due", async ({ board, pair, post, visit }) => {
  const [roof, door] = await furnish(pair, post);
  const { ana, bo } = pair;
  const garden = await board(bo);
  const dig = await post(bo, `${garden.url}tasks/`, { title: "Dig" });
  await post(bo, `/tasks/${dig.id}/assignees/`, { add: `${bo.id}` });
  await post(bo, `/tasks/${dig.id}/due/`, { due: "2001-02-03" });
  await post(ana, `/tasks/${roof}/assignees/`, { add: `${ana.id}` });
  const page = await visit(bo, "/messaging/");
  await page.getByRole("navigation").getByRole("link", { name: "My tasks" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("My tasks");
  await expect(page.getByRole("heading", { level: 2 }).and(page.locator("main *"))).toHaveText(["Overdue", "No date"]);
  const tasks = page.locator(".my-task");
  await expect(tasks).toHaveCount(2);
  await expect(tasks.first()).toContainText("Dig");
  await expect(tasks.first()).toContainText("Bo's board · To do");
  await expect(tasks.last()).toContainText("Ana's board · To do");
  await page.getByRole("link", { name: "Paint the door" }).click();
  await expect(page.getByRole("heading", { name: "#2 Paint the door" })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/tasks/${door}/$`));
});
