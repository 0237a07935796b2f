// A list of tasks that follows what others do, and by keyboard.
import { expect, type Page, test } from "../scenes.ts";

const titles = (page: Page) => page.getByRole("table").locator(".row-link");

test("a list follows what others do, and keys go through it", async ({ pair: { ana, bo, board }, post, task, visit }) => {
  const hall = await task(ana, board, "Book the hall");
  const band = await task(ana, board, "Book the band");
  const page = await visit(bo, `${board.url}?view=list&sort=due`);
  await expect(titles(page)).toHaveText(["Book the hall", "Book the band"]);
  await post(ana, `/tasks/${band.id}/due/`, { due: "2031-02-03" });
  await expect(titles(page)).toHaveText(["Book the band", "Book the hall"]);
  await titles(page).nth(1).focus();
  await post(ana, `/tasks/${hall.id}/due/`, { due: "2031-02-02" });
  await expect(titles(page)).toHaveText(["Book the hall", "Book the band"]);
  await expect(titles(page).first()).toBeFocused();
  const press = await task(ana, board, "Call the press");
  await expect(titles(page)).toHaveCount(3);

  // Keys go from row to row, open one and archive one; Space picks nothing up.
  for (const key of ["j", "j", "Space"]) await page.keyboard.press(key);
  await expect(titles(page).nth(2)).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Task", exact: true })).toContainText("#2 Book the band");
  await page.keyboard.press("Escape");
  await expect(titles(page).nth(1)).toBeFocused();
  await page.keyboard.press("e");
  await expect(titles(page)).toHaveText(["Book the hall", "Call the press"]);
  await expect(titles(page).nth(1)).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(titles(page)).toHaveText(["Book the hall", "Book the band", "Call the press"]);

  // C begins a task here, and what is renamed is sorted anew.
  await page.keyboard.press("c");
  await page.keyboard.type("A poster");
  await page.keyboard.press("Enter");
  await expect(titles(page)).toHaveCount(4);
  await page.getByRole("columnheader").getByRole("link", { name: "Title" }).click();
  await expect(titles(page)).toHaveText(["A poster", "Book the band", "Book the hall", "Call the press"]);
  await post(ana, `/tasks/${press.id}/edit/`, { title: "About the press", description: "", version: "1" });
  await expect(titles(page)).toHaveText(["A poster", "About the press", "Book the band", "Book the hall"]);

  // Nobody's are last, and a label that is renamed sorts its tasks anew.
  await page.getByRole("columnheader").getByRole("link", { name: "Assignees" }).click();
  await expect(titles(page)).toHaveText(["Book the hall", "Book the band", "About the press", "A poster"]);
  await post(ana, `/tasks/${press.id}/assignees/`, { add: `${bo.id}` });
  await expect(titles(page).first()).toHaveText("About the press");
  await page.getByRole("columnheader").getByRole("link", { name: "Labels" }).click();
  await post(ana, `/boards/${board.id}/labels/`, { name: "Before", task: `${hall.id}` });
  const label = await post(ana, `/boards/${board.id}/labels/`, { name: "Money", task: `${band.id}` });
  await expect(titles(page)).toHaveText(["Book the hall", "Book the band", "About the press", "A poster"]);
  await post(ana, `/boards/${board.id}/labels/${label.id}/edit/`, { name: "A first", colour: "red" });
  await expect(titles(page)).toHaveText(["Book the band", "Book the hall", "About the press", "A poster"]);
});
