// Boards taken away as a file and made of one again, and filters that are kept, with scripts and without.
import { readFile } from "node:fs/promises";
import { card, column } from "../screen.ts";
import { expect, type Page, test } from "../scenes.ts";

const TRELLO = new URL("../../server/tests/it/trello.json", import.meta.url);

/** Makes a board of a file on the page of one's boards. */
async function importFile(page: Page, buffer: Buffer): Promise<void> {
  await page.getByText("New board from a file…").click();
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "board.json", mimeType: "application/json", buffer });
  await page.getByRole("button", { name: "Make a board of it" }).click();
}

test.describe("a file", () => {
  test.use({ expectedConsole: /status of 422/ });

  test("a board is taken away as a file and makes a new one, and so does one of Trello", async ({
    pair: { ana, bo, board },
    post,
    task,
    visit,
  }) => {
    const fence = await task(ana, board, "Paint the fence");
    await post(bo, fence.post, { content: "With *what*?" });
    const page = await visit(ana, `${board.url}members/`);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Board file" }).click();
    const file = await readFile(await (await download).path());
    await visit(ana, "/messaging/");
    await importFile(page, file);
    await expect(page.getByRole("heading", { name: "The board is imported" })).toBeVisible();
    await expect(page.getByText("3 columns, 1 task and 1 comment.")).toBeVisible();
    await page.getByRole("link", { name: "Open the board" }).click();
    await expect(page).not.toHaveURL(board.url);
    await card(page, "To do", "Paint the fence").click();
    await expect(page.getByText("Originally by Bo")).toBeVisible();

    // What is wrong is said where it was chosen; nothing was made.
    await visit(ana, "/messaging/");
    await importFile(page, Buffer.from('{"lists": [], "cards": [{"id": "1"}]}'));
    await expect(page.getByText("cards[0].name is missing.")).toBeVisible();
    await visit(ana, "/messaging/");
    await importFile(page, await readFile(TRELLO));
    await expect(page.getByText("3 columns, 5 tasks and 2 comments.")).toBeVisible();
    await expect(page.getByText("3 people were not found: bo, vic, eve.")).toBeVisible();
    await page.getByRole("link", { name: "Open the board" }).click();
    await expect(column(page, "To do").locator(".card-title")).toHaveText(["Find a <b>band</b>", "Book the pier"]);
  });
});

test("a filter is kept under a name, opened, renamed and given up, on every tab", async ({
  look,
  pair: { ana, bo, board },
  scripts,
  task,
  visit,
}) => {
  await task(ana, board, "Paint the fence");
  const page = await visit(ana, `${board.url}?q=fence&due=none`);
  const other = await ana.context.newPage();
  await other.goto(board.url);
  const saved = (on: Page) => on.locator(".filter-saved");
  const link = (on: Page, name: string) => saved(on).getByRole("link", { name, exact: true });
  await saved(page).locator("summary").click();
  await saved(page).getByLabel("Save this filter as").fill("The fence");
  await saved(page).getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL(`${board.url}?q=fence&due=none`);
  await expect(saved(page).locator("summary")).toContainText("1");
  // It is there at once where the board is open, too.
  if (scripts) await expect(saved(other).locator("summary")).toContainText("1");
  await look(other);
  await saved(other).locator("summary").click();
  await link(other, "The fence").click();
  await expect(other).toHaveURL(`${board.url}?q=fence&due=none`);
  await expect(other.getByRole("search").getByRole("status")).toHaveText("1 of 1 tasks");
  const bos = await visit(bo, board.url);
  await expect(saved(bos).locator("summary")).toContainText("None");

  await visit(ana, `${board.url}filters/`);
  await page.locator("summary", { hasText: "Edit" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Fences");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("link", { name: "Fences" })).toBeVisible();
  await page.locator("summary", { hasText: "Edit" }).click();
  await page.getByRole("button", { name: "Delete the filter" }).click();
  await expect(page.getByText("No saved filters yet")).toBeVisible();
  if (scripts) await expect(saved(other).locator("summary")).toContainText("None");
});
