// A board is archived, brought back, and deleted by its owner, with forms.
import { expect, test } from "../scenes.ts";
import { card } from "../screen.ts";

const LINE = "This board is archived. It can be read, and nobody writes here.";

test("an owner archives a board, and restores it from the list of boards", async ({ pair: { ana, bo, board }, task, visit }) => {
  await task(ana, board, "Paint the door");
  const page = await visit(ana, `${board.url}members/`);
  await page.getByRole("button", { name: "Archive the board" }).click();
  await expect(page).toHaveURL(board.url);
  await expect(page.getByText(LINE)).toBeVisible();
  await expect(card(page, "To do", "Paint the door")).toBeVisible();
  await expect(page.getByRole("textbox", { name: /^New task/ })).toHaveCount(0);

  const bos = await visit(bo, board.url);
  await expect(bos.getByText(LINE)).toBeVisible();
  await expect(bos.getByRole("button", { name: "Restore" })).toHaveCount(0);
  await visit(bo, `${board.url}members/`);
  await expect(bos.getByText("Delete the board")).toHaveCount(0);

  await visit(ana, "/messaging/");
  const archived = page.locator("section", { has: page.getByRole("heading", { name: "Archived boards" }) });
  await expect(archived.getByRole("link", { name: "Ana's board" })).toBeVisible();
  await expect(page.locator(".hub-board")).toHaveCount(0);
  await expect(page.locator(".sidebar").getByRole("link", { name: "Ana's board" })).toHaveCount(0);
  await archived.getByRole("button", { name: "Restore" }).click();
  await expect(page).toHaveURL(board.url);
  await expect(page.getByText(LINE)).toHaveCount(0);
  await expect(page.getByRole("textbox", { name: /^New task/ }).first()).toBeVisible();
});

test.describe("a name that is wrong at first", () => {
  test.use({ expectedConsole: /status of 422/ });

  test("a board is deleted once its name was typed", async ({ pair: { ana, board }, visit }) => {
    const page = await visit(ana, `${board.url}members/`);
    await page.getByText("Delete…").click();
    const name = page.getByLabel("Type the name of the board");
    await name.fill("Another");
    await page.getByRole("button", { name: "Delete for good" }).click();
    await expect(page.getByText("This is not the name of the board.")).toBeVisible();
    await expect(name).toHaveValue("Another");
    await name.fill("Ana's board");
    await page.getByRole("button", { name: "Delete for good" }).click();
    await expect(page).toHaveURL("/messaging/");
    await expect(page.getByText("No board yet", { exact: true })).toBeVisible();
    expect((await page.request.get(board.url)).status()).toBe(404);
  });
});
