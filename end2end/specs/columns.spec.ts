// The columns of a board: added, named, coloured, limited, moved, removed; with scripts and without.
import { card, column } from "../screen.ts";
import { expect, type Page, test } from "../scenes.ts";

const names = (page: Page) => page.getByRole("main").getByRole("heading", { level: 2 });

test("a column is added, named, coloured, limited, moved and removed", async ({ pair: { ana, board }, task, visit, look }) => {
  await task(ana, board, "First");
  const page = await visit(ana, board.url);
  await page.getByText("Add a column", { exact: true }).click();
  await page.locator(".column-add").getByLabel("Name").fill("Review <b>");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(names(page)).toHaveText(["To do", "Doing", "Done", "Review <b>"]);

  const change = async (name: string) => {
    const menu = column(page, name).locator(".column-menu");
    if ((await menu.getAttribute("open")) === null) await page.getByLabel(`Change ${name}`, { exact: true }).click();
    return menu;
  };
  const menu = await change("To do");
  await menu.getByLabel("Name").fill("Inbox & more");
  await menu.getByRole("button", { name: "Rename" }).click();
  await expect(names(page).first()).toHaveText("Inbox & more");
  await (await change("Inbox & more")).getByRole("button", { name: "teal" }).click();
  await expect(column(page, "Inbox & more")).toHaveClass(/colour-teal/);
  const limits = await change("Inbox & more");
  await limits.getByLabel("Limit of tasks").fill("1");
  await limits.getByRole("button", { name: "Set", exact: true }).click();
  await expect(column(page, "Inbox & more").locator(".column-count")).toContainText("1/1");
  await expect(page.getByText("Over limit")).toHaveCount(0);
  await task(ana, board, "Second");
  await look(page);
  await expect(column(page, "Inbox & more").getByText("Over limit")).toBeVisible();

  await (await change("Inbox & more")).getByRole("button", { name: "Move right" }).click();
  await expect(names(page)).toHaveText(["Doing", "Inbox & more", "Done", "Review <b>"]);
  await (await change("Inbox & more")).getByRole("button", { name: "Move left" }).click();
  await expect(names(page)).toHaveText(["Inbox & more", "Doing", "Done", "Review <b>"]);

  const removal = await change("Inbox & more");
  await removal.getByText("Remove…").click();
  await removal.getByLabel("Its tasks go to").selectOption({ label: "Review <b>" });
  await removal.getByRole("button", { name: "Remove Inbox & more" }).click();
  await expect(names(page)).toHaveText(["Doing", "Done", "Review <b>"]);
  await expect(column(page, "Review").locator(".card-title")).toHaveText(["First", "Second"]);
});

test("a task is added at the top", async ({ pair: { ana, board }, task, visit }) => {
  await task(ana, board, "Below");
  const page = await visit(ana, board.url);
  await page.getByLabel("Add to the top of To do").click();
  await page.getByLabel("New task at the top of To do").fill("Above");
  await page.getByRole("button", { name: "Add the task to the top of To do" }).click();
  await expect(column(page, "To do").locator(".card-title")).toHaveText(["Above", "Below"]);
  await expect(card(page, "To do", "Above")).toBeVisible();
});
