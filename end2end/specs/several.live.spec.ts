// Several cards selected at once: moved together by mouse and keys, changed, archived, and undone at once.
import { AxeBuilder } from "@axe-core/playwright";
import { card, column } from "../screen.ts";
import { type Board, expect, type Locator, type Page, type Person, test as base } from "../scenes.ts";

interface Fixtures {
  /** Makes tasks in the first column, from the top. */
  tasks: (owner: Person, board: Board, ...titles: string[]) => Promise<void>;
}

const test = base.extend<Fixtures>({
  tasks: async ({ post }, use) => {
    await use(async (owner, board, ...titles) => {
      for (const title of titles) await post(owner, `/boards/${board.id}/tasks/`, { title });
    });
  },
});

const bar = (page: Page) => page.getByRole("group", { name: "Selected tasks" });
const toast = (page: Page) => page.locator(".toast");
const said = (page: Page) => page.locator("[aria-live=assertive]");

async function expectColumn(page: Page, name: string, ...titles: string[]): Promise<void> {
  await expect(column(page, name).locator(".card-title")).toHaveText(titles);
}

async function middle(of: Locator): Promise<[number, number]> {
  const box = (await of.boundingBox())!;
  return [box.x + box.width / 2, box.y + box.height / 2];
}

test("cards that are selected are dragged together, and undone together", async ({ pair: { ana, bo, board }, tasks, visit }) => {
  await tasks(ana, board, "One", "Two", "Three", "Four");
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  await card(anas, "To do", "One").click({ modifiers: ["Control"] });
  await card(anas, "To do", "Three").click({ modifiers: ["Shift"] });
  await expect(bar(anas)).toContainText("3 selected");
  await expect(anas).toHaveURL(board.url);
  await card(anas, "To do", "Two").focus();
  await anas.keyboard.press("x");
  await expect(said(anas)).toHaveText("No longer selected: “Two”. 2 selected.");
  await expect(anas.locator(".card.picked .card-title")).toHaveText(["One", "Three"]);
  expect((await new AxeBuilder({ page: anas }).analyze()).violations).toEqual([]);

  await anas.mouse.move(...(await middle(card(anas, "To do", "Three"))));
  await anas.mouse.down();
  const [x, y] = await middle(column(anas, "Doing"));
  await anas.mouse.move(x - 20, y - 20, { steps: 4 });
  await anas.mouse.move(x, y, { steps: 2 });
  await expect(anas.locator(".card-copy .card-count")).toHaveText("2");
  await expect(anas.locator(".columns .card-lifted")).toHaveCount(2);
  await anas.mouse.up();
  for (const page of [anas, bos]) {
    await expectColumn(page, "To do", "Two", "Four");
    await expectColumn(page, "Doing", "One", "Three");
  }
  await expect(toast(anas)).toContainText("Moved 2 tasks to Doing.");
  await expect(bar(anas)).toHaveCount(0);
  await expect(anas.locator(".picked, .card-lifted")).toHaveCount(0);
  await card(anas, "To do", "Four").focus();
  await anas.keyboard.press("Control+z");
  for (const page of [anas, bos]) {
    await expectColumn(page, "To do", "One", "Two", "Three", "Four");
    await expectColumn(page, "Doing");
  }
  await expect(toast(anas)).toContainText("Moved 2 tasks back.");
});

test("keys alone select cards and carry them", async ({ pair: { ana, bo, board }, tasks, visit }) => {
  await tasks(ana, board, "One", "Two", "Three");
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  await card(anas, "To do", "One").focus();
  await anas.keyboard.press("x");
  await anas.keyboard.press("j");
  await anas.keyboard.press("j");
  await anas.keyboard.press("x");
  await expect(bar(anas)).toContainText("2 selected");
  await anas.keyboard.press("Escape");
  await expect(bar(anas)).toHaveCount(0);
  for (const key of ["x", "k", "x", "Space"]) await anas.keyboard.press(key);
  await expect(said(anas)).toHaveText("Picked up 2 tasks with “Two”, position 2 of 3 in To do.");
  await anas.keyboard.press("ArrowRight");
  await expect(said(anas)).toHaveText("“Two”, position 1 of 1 in Doing.");
  await anas.keyboard.press("Space");
  await expect(said(anas)).toHaveText("Dropped 2 tasks with “Two”, position 1 of 2 in Doing.");
  for (const page of [anas, bos]) await expectColumn(page, "Doing", "Two", "Three");
  await expect(card(anas, "Doing", "Two")).toBeFocused();
});

test("the bar moves, labels, assigns and archives what is selected", async ({ pair: { ana, bo, board }, post, tasks, visit }) => {
  await tasks(ana, board, "One", "Two", "Three");
  await post(ana, `/boards/${board.id}/labels/`, { name: "Bug", colour: "red" });
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  for (const title of ["One", "Three"]) await card(anas, "To do", title).click({ modifiers: ["Control"] });
  await bar(anas).getByText("Labels", { exact: true }).click();
  await bar(anas).getByRole("button", { name: "Bug" }).click();
  for (const title of ["One", "Three"]) await expect(card(bos, "To do", title)).toContainText("Bug");
  await bar(anas).getByText("Assign", { exact: true }).click();
  await bar(anas).getByRole("button", { name: "Bo" }).click();
  for (const title of ["One", "Three"]) await expect(card(bos, "To do", title)).toContainText("assigned to Bo");
  await toast(anas).getByRole("button", { name: "Undo" }).click();
  for (const title of ["One", "Three"]) await expect(card(bos, "To do", title)).not.toContainText("assigned to Bo");
  await bar(anas).getByText("Move to…", { exact: true }).click();
  await bar(anas).getByRole("button", { name: "Done" }).click();
  for (const page of [anas, bos]) await expectColumn(page, "Done", "One", "Three");
  await expect(toast(anas)).toContainText("Moved 2 tasks to Done.");

  for (const title of ["One", "Three"]) await card(anas, "Done", title).click({ modifiers: ["Control"] });
  await bar(anas).getByRole("button", { name: "Archive" }).click();
  for (const page of [anas, bos]) await expectColumn(page, "Done");
  await expect(toast(anas)).toContainText("Archived 2 tasks.");
  await toast(anas).getByRole("button", { name: "Undo" }).click();
  for (const page of [anas, bos]) await expectColumn(page, "Done", "One", "Three");
});

test("boxes of the list select, and what is hidden is not meant", async ({ pair: { ana, board }, tasks, visit }) => {
  await tasks(ana, board, "One", "Two", "Three");
  const page = await visit(ana, `${board.url}?view=list`);
  await page.getByRole("checkbox", { name: "Select #1" }).check();
  await page.getByRole("checkbox", { name: "Select #3" }).click({ modifiers: ["Shift"] });
  await expect(bar(page)).toContainText("3 selected");
  await expect(page.getByRole("checkbox", { checked: true })).toHaveCount(3);
  await page.getByRole("searchbox").fill("T");
  await expect(bar(page)).toContainText("2 selected");
  await bar(page).getByRole("button", { name: "Archive" }).click();
  await expect(toast(page)).toContainText("Archived 2 tasks.");
  await page.getByRole("searchbox").fill("");
  await expect(page.getByRole("table").locator(".row-link")).toHaveText(["One"]);
});

test("the bar gives what is selected a date and a priority, and each its own back", async ({ pair: { ana, bo, board }, post, task, visit }) => {
  const [one, two] = [await task(ana, board, "One"), await task(ana, board, "Two")];
  await post(ana, `/tasks/${one.id}/due/`, { due: "2031-02-03" });
  await post(ana, `/tasks/${two.id}/priority/`, { priority: "low" });
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  for (const title of ["One", "Two"]) await card(anas, "To do", title).click({ modifiers: ["Control"] });
  await bar(anas).getByText("Due", { exact: true }).click();
  await bar(anas).getByLabel("Another day").fill("2031-05-06");
  for (const title of ["One", "Two"]) await expect(card(bos, "To do", title)).toContainText("6 May");
  expect((await new AxeBuilder({ page: anas }).analyze()).violations).toEqual([]);
  await toast(anas).getByRole("button", { name: "Undo" }).click();
  await expect(card(bos, "To do", "One")).toContainText("3 Feb");
  await expect(card(bos, "To do", "Two")).not.toContainText("May");
  await bar(anas).getByText("Priority", { exact: true }).click();
  await bar(anas).getByRole("button", { name: "High" }).click();
  for (const title of ["One", "Two"]) await expect(card(bos, "To do", title)).toContainText("High");
  await toast(anas).getByRole("button", { name: "Undo" }).click();
  await expect(card(bos, "To do", "One")).not.toContainText("High");
  await expect(card(bos, "To do", "Two")).toContainText("Low");
});
