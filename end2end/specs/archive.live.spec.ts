// Cards archived by a key, undone, and deleted, as both screens show it.
import { card, column } from "../screen.ts";
import { expect, type Page, test } from "../scenes.ts";

const titles = (page: Page) => column(page, "To do").locator(".card-title");
const toast = (page: Page) => page.locator(".toast");

test("E archives the card that has the focus, and undoing puts it back where it was", async ({
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  for (const title of ["One", "Two", "Three"]) await task(ana, board, title);
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  await card(anas, "To do", "Two").focus();
  await anas.keyboard.press("e");
  for (const page of [anas, bos]) await expect(titles(page)).toHaveText(["One", "Three"]);
  await expect(toast(anas)).toContainText("Archived “Two”.");
  await expect(card(anas, "To do", "Three")).toBeFocused();
  await anas.keyboard.press("Control+z");
  for (const page of [anas, bos]) await expect(titles(page)).toHaveText(["One", "Two", "Three"]);
  await expect(toast(anas)).toContainText("“Two” is back.");

  // Undone before the server has answered, it is as soon as it has.
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await anas.route("**/api/archive_task", async (route) => {
    await asked;
    await route.continue();
  });
  await card(anas, "To do", "Two").focus();
  await anas.keyboard.press("e");
  await expect(titles(anas)).toHaveText(["One", "Three"]);
  await anas.keyboard.press("Control+z");
  answer();
  for (const page of [anas, bos]) await expect(titles(page)).toHaveText(["One", "Two", "Three"]);
  await expect(toast(anas)).toContainText("“Two” is back.");

  await anas.getByLabel("Change To do", { exact: true }).click();
  await anas.getByText("Archive its tasks…").first().click();
  await anas.getByRole("button", { name: "Archive 3 tasks" }).click();
  for (const page of [anas, bos]) await expect(titles(page)).toHaveCount(0);
  await toast(anas).getByRole("button", { name: "Undo" }).click();
  for (const page of [anas, bos]) await expect(titles(page)).toHaveText(["One", "Two", "Three"]);
});

test.describe("what is open", () => {
  test.use({ expectedConsole: /status of 404/ });

  test("a task that is deleted is gone from every screen, and its copies with it", async ({
    pair: { ana, bo, board },
    task,
    visit,
  }) => {
    const [first, second] = [await task(ana, board, "First"), await task(ana, board, "Second")];
    const [anas, bos] = [await visit(ana, first.pane), await visit(bo, first.pane)];
    // The browser has noted and kept it.
    const kept = () => bos.evaluate((id) => Object.keys(localStorage).filter((key) => key.match(`task.${id}$`)).sort(), first.id);
    await expect.poll(kept).toEqual([expect.stringMatching(/^copy/), expect.stringMatching(/^recent/)]);
    await anas.locator(".task-more > summary").click();
    await anas.locator(".task-more").getByText("Delete…").click();
    await anas.getByRole("button", { name: "Delete the task" }).click();
    await expect(anas).toHaveURL(board.url);
    for (const page of [anas, bos]) {
      await expect(titles(page)).toHaveText(["Second"]);
      await expect(page.getByText("First")).toHaveCount(0);
    }
    await visit(bo, second.pane);
    const copies = await bos.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(copies).not.toContain("First");
  });
});
