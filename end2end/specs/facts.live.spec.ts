// What a task has, as it changes on another's screen, and by keys.
import { expect, type Page, test } from "../scenes.ts";
import { card } from "../screen.ts";

test("who is assigned sees it on the card and in the inbox at once, and neither once it is taken back", async ({
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const [anas, bos] = [await visit(ana, hall.url), await visit(bo, board.url)];
  const inbox = bos.getByRole("navigation").getByRole("link", { name: "Inbox" });
  await anas.getByText("Assignees", { exact: true }).click();
  await anas.locator(".pick", { hasText: "Bo" }).click();
  await expect(card(bos, "To do", "Book the hall")).toContainText("assigned to Bo");
  await expect(inbox).toContainText("1");
  await anas.locator(".pick", { hasText: "Bo" }).click();
  await expect(card(bos, "To do", "Book the hall")).not.toContainText("assigned");
  await expect(inbox).not.toContainText("1");
});

test("a label that is renamed is so on every screen that shows it", async ({
  pair: { ana, bo, board },
  post,
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const { id } = await post(ana, `${board.url}labels/`, { name: "Place", colour: "green", task: `${hall.id}` });
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, hall.url)];
  await expect(bos.locator(".facts .label").first()).toHaveText("Place");
  await post(ana, `${board.url}labels/${id}/edit/`, { name: "Venue", colour: "red" });
  await expect(bos.locator(".facts .picker-now .label-red")).toHaveText("Venue");
  await expect(card(anas, "To do", "Book the hall").locator(".label-red")).toHaveText("Venue");
  await post(ana, `${board.url}labels/${id}/delete/`, {});
  await expect(bos.locator(".facts .label")).toHaveCount(0);
  await expect(card(anas, "To do", "Book the hall").locator(".label")).toHaveCount(0);
});

test("what one ticks is ticked for the other at once", async ({ pair: { ana, bo, board }, task, visit }) => {
  const hall = await task(ana, board, "Book the hall");
  const [anas, bos] = [await visit(ana, hall.url), await visit(bo, hall.pane)];
  const field = anas.getByLabel("New item of the checklist");
  for (const text of ["Call them", "Pay"]) {
    await field.fill(text);
    await field.press("Enter");
    await expect(field).toHaveValue("");
  }
  await expect(bos.locator(".checklist-text")).toHaveText(["Call them", "Pay"]);
  await bos.getByRole("checkbox", { name: "Pay" }).click();
  await expect(anas.getByRole("checkbox", { name: "Pay" })).toBeChecked();
  await expect(card(bos, "To do", "Book the hall")).toContainText("1/2");
});

test("who shall do an item is seen by the other at once, until they leave the board", async ({
  pair: { ana, bo, board },
  post,
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const { item } = await post(ana, `/tasks/${hall.id}/checklist/`, { text: "Pay" });
  const [anas, bos] = [await visit(ana, hall.url), await visit(bo, hall.pane)];
  const summary = (page: Page) => page.locator(".item-assignee summary");
  await summary(anas).click();
  await anas.locator(".item-assignee").getByRole("button", { name: "Bo", exact: true }).click();
  for (const page of [anas, bos]) await expect(page.locator(".item-avatar")).toHaveAttribute("title", "Bo");
  await anas.keyboard.press("Escape");
  await expect(summary(anas)).toBeFocused();
  await post(ana, `/tasks/${hall.id}/checklist/${item.id}/assignee/`, { user: `${ana.id}` });
  for (const page of [anas, bos]) await expect(page.locator(".item-avatar")).toHaveAttribute("title", "Ana");
  await post(ana, `/tasks/${hall.id}/checklist/${item.id}/assignee/`, { user: `${bo.id}` });
  await expect(anas.locator(".item-avatar")).toHaveAttribute("title", "Bo");
  // Where Bo looks, the task is not there any more.
  await bos.close();
  await post(ana, `${board.url}members/${bo.id}/remove/`, {});
  await expect(anas.locator(".item-avatar")).toHaveCount(0);
});

test("what a task has is chosen by keys, and Escape closes what is chosen from alone", async ({
  pair: { ana, board },
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const page = await visit(ana, hall.pane);
  const summary = page.locator("details.picker > summary").filter({ hasText: "Priority" });
  await summary.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Urgent" })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Urgent" })).toHaveAttribute("aria-pressed", "true");
  await expect(summary).toContainText("Urgent");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Urgent" })).toBeHidden();
  await expect(summary).toBeFocused();
  await expect(page.getByRole("region", { name: "Task" })).toBeVisible();
});
