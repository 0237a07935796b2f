// A task dragged to another day of the calendar.
import { expect, type Page, test } from "../scenes.ts";

/** What is due on a day, from the top. */
const due = (page: Page, day: string) => page.locator(`td[data-day="${day}"] .calendar-title`);

test("a task that is dragged to another day is due then, and that is undone", async ({ pair: { ana, bo, board }, person, post, task, visit }) => {
  const fence = await task(ana, board, "Paint the fence");
  await post(ana, `/tasks/${fence.id}/due/`, { due: "2031-02-14" });
  const vic = await person("Vic");
  await post(ana, `/boards/${board.id}/members/`, { username: vic.username, role: "viewer" });
  const address = `${board.url}?view=calendar&month=2031-02`;
  const [anas, bos, vics] = [await visit(ana, address), await visit(bo, address), await visit(vic, address)];
  await anas.getByRole("link", { name: "Paint the fence" }).dragTo(anas.locator('td[data-day="2031-02-20"]'));
  for (const page of [anas, bos, vics]) {
    await expect(due(page, "2031-02-20")).toHaveText(["Paint the fence"]);
    await expect(due(page, "2031-02-14")).toHaveCount(0);
  }
  await expect(anas.locator(".toast")).toContainText("“Paint the fence” is due 20 Feb");
  await expect(anas.locator(".calendar-target")).toHaveCount(0);
  await expect(anas).toHaveURL(address);
  await anas.locator(".toast").getByRole("button", { name: "Undo" }).click();
  for (const page of [anas, bos, vics]) await expect(due(page, "2031-02-14")).toHaveText(["Paint the fence"]);
  await expect(vics.getByRole("link", { name: "Paint the fence" })).toHaveAttribute("draggable", "false");
});
