// The tasks of a board on the days on which they are due, with scripts and without.
import { expect, type Page, test } from "../scenes.ts";

/** What is due on a day, from the top. */
const due = (page: Page, day: string) => page.locator("td").filter({ has: page.locator(`time[datetime="${day}"]`) }).locator(".calendar-title");

test("tasks stand on their days, month by month, and follow what others do", async ({
  look,
  pair: { ana, bo, board },
  post,
  scripts,
  task,
  visit,
}) => {
  const [fence, gate] = [await task(ana, board, "Paint the fence"), await task(ana, board, "Oil the gate")];
  await post(ana, `/tasks/${fence.id}/due/`, { due: "2031-02-14" });
  const page = await visit(ana, board.url);
  await page.getByRole("link", { name: "Calendar" }).click();
  await expect(page.getByText("Nothing that is shown is due in this month.")).toBeVisible();
  await visit(ana, `${board.url}?view=calendar&month=2031-01`);
  await page.getByRole("link", { name: "Next", exact: true }).click();
  await expect(page).toHaveURL(`${board.url}?view=calendar&month=2031-02`);
  await expect(page.getByRole("heading", { name: "February 2031" })).toBeVisible();
  await expect(due(page, "2031-02-14")).toHaveText(["Paint the fence"]);
  await post(bo, `/tasks/${gate.id}/due/`, { due: "2031-02-14" });
  await post(bo, `/tasks/${fence.id}/due/`, { due: "2031-02-15" });
  await look(page);
  await expect(due(page, "2031-02-14")).toHaveText(["Oil the gate"]);
  await expect(due(page, "2031-02-15")).toHaveText(["Paint the fence"]);
  // The filter holds here, too, and the view stays.
  const bar = page.getByRole("search", { name: "Filter the tasks" });
  await bar.getByRole("searchbox").fill("gate");
  if (!scripts) await bar.getByRole("button", { name: "Apply the filter" }).click();
  await expect(page).toHaveURL(`${board.url}?q=gate&view=calendar&month=2031-02`);
  await expect(page.locator(".calendar-title")).toHaveText(["Oil the gate"]);
  // On a narrow screen only the days that have something are listed.
  await page.setViewportSize({ width: 390, height: 800 });
  await expect(page.locator("time:visible")).toHaveText([/Friday\s+14\s+February 2031/]);
  await page.getByRole("link", { name: "Oil the gate" }).click();
  await expect(page.getByRole("region", { name: "Task" })).toBeVisible();
});
