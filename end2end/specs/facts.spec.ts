// What a task has besides its text, with scripts and without.
import { expect, type Locator, type Page, test } from "../scenes.ts";
import { card } from "../screen.ts";

const fact = (page: Page, label: string): Locator =>
  page.locator(".fact").filter({ has: page.locator(".picker-label", { hasText: label }) });

/** Chooses something of a task. */
async function pick(page: Page, label: string, name: string): Promise<void> {
  const picker = fact(page, label).locator("details");
  if ((await picker.getAttribute("open")) === null) await picker.locator("summary").click();
  await picker.getByRole("button", { name }).click();
  // What is open covers what stands below it.
  if ((await page.locator("html[data-hydrated]").count()) > 0) await page.keyboard.press("Escape");
}

test("a task gets people, labels, a date and a priority, and its card says so", async ({
  look,
  pair: { ana, bo, board },
  post,
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  await post(ana, `${board.url}labels/`, { name: "Place", colour: "green" });
  const [anas, bos] = [await visit(ana, hall.pane), await visit(bo, board.url)];
  await expect(fact(anas, "Assignees")).toContainText("Nobody");
  await pick(anas, "Assignees", "Bo");
  await expect(fact(anas, "Assignees").locator(".picker-now")).toHaveText(/Bo$/);
  await anas.getByRole("button", { name: "Assign me" }).click();
  await expect(fact(anas, "Assignees").locator(".picker-now")).toContainText("Ana");
  await expect(anas.getByRole("button", { name: "Assign me" })).toHaveCount(0);
  await pick(anas, "Labels", "Place");
  await expect(fact(anas, "Labels").locator(".picker-now")).toHaveText("Place");
  await pick(anas, "Due", "Tomorrow");
  await expect(fact(anas, "Due").locator(".picker-now")).toHaveText("Due tomorrow");
  await pick(anas, "Priority", "Urgent");
  await pick(anas, "Progress", "50 %");
  await expect(fact(anas, "Progress").locator(".picker-now")).toHaveText("50 %");

  await look(bos);
  const shown = card(bos, "To do", "Book the hall");
  for (const words of ["Place", "Due tomorrow", "Urgent", "50 %", "assigned to Bo, Ana"]) {
    await expect(shown).toContainText(words);
  }
  await pick(anas, "Assignees", "Bo");
  await expect(fact(anas, "Assignees").locator(".picker-now")).toHaveText(/^\w+ ?Ana$/);
  await pick(anas, "Due", "No date");
  await look(bos);
  await expect(shown).not.toContainText("Due tomorrow");
  await expect(shown).toContainText("assigned to Ana");
});

test("a label is made on a task, and renamed, recoloured and deleted on the board's page of them", async ({
  pair: { ana, board },
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const page = await visit(ana, hall.pane);
  await fact(page, "Labels").locator("summary").click();
  await page.getByLabel("New label").fill("Place");
  await page.getByRole("combobox", { name: "Colour" }).selectOption({ label: "Teal" });
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(fact(page, "Labels").locator(".picker-now > .label-teal")).toHaveText("Place");

  await visit(ana, `${board.url}labels/`);
  await expect(page.getByText("1 task", { exact: true })).toBeVisible();
  await page.getByText("Edit Place").click();
  const row = page.getByRole("listitem").filter({ hasText: "Place" });
  await row.getByLabel("Name").fill("Venue");
  await row.getByRole("combobox", { name: "Colour" }).selectOption({ label: "Pink" });
  await row.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".label-row .label-pink")).toHaveText("Venue");
  await visit(ana, board.url);
  await expect(card(page, "To do", "Book the hall").locator(".label-pink")).toHaveText("Venue");

  await visit(ana, `${board.url}labels/`);
  await page.getByText("Edit Venue").click();
  await page.getByRole("button", { name: "Delete the label" }).click();
  await expect(page.getByText("No labels yet")).toBeVisible();
  await visit(ana, board.url);
  await expect(card(page, "To do", "Book the hall")).not.toContainText("Venue");
});

test("a checklist is written, ticked, put into order and shortened, and the card counts it", async ({
  look,
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const [anas, bos] = [await visit(ana, hall.pane), await visit(bo, board.url)];
  const items = anas.locator(".checklist-text");
  for (const text of ["Call them", "Pay", "Get the key"]) {
    await anas.getByLabel("New item of the checklist").fill(text);
    await anas.getByRole("button", { name: "Add the item" }).click();
    await expect(items.last()).toHaveText(text);
  }
  await anas.getByRole("checkbox", { name: "Pay" }).click();
  await expect(anas.getByRole("checkbox", { name: "Pay" })).toBeChecked();
  await look(bos);
  await expect(card(bos, "To do", "Book the hall")).toContainText("1/3");

  const more = async (text: string) =>
    anas.locator(".checklist-item").filter({ hasText: text }).locator("summary", { hasText: "Change" }).click();
  await more("Get the key");
  await anas.getByRole("button", { name: "Up" }).and(anas.locator(":visible")).click();
  await expect(items).toHaveText(["Call them", "Get the key", "Pay"]);
  await visit(ana, hall.pane);
  await more("Call them");
  await anas.getByLabel("What is to be done").and(anas.locator(":visible")).fill("Write to them");
  await anas.getByRole("button", { name: "Save" }).and(anas.locator(":visible")).click();
  await expect(items.first()).toHaveText("Write to them");
  await visit(ana, hall.pane);
  await more("Get the key");
  await anas.getByRole("button", { name: "Delete", exact: true }).and(anas.locator(":visible")).click();
  await expect(items).toHaveText(["Write to them", "Pay"]);
  await look(bos);
  await expect(card(bos, "To do", "Book the hall")).toContainText("1/2");
});

test("an item of a checklist is somebody's to do, and on their list of tasks", async ({
  look,
  pair: { ana, bo, board },
  post,
  scripts,
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  for (const text of ["Call them", "Pay"]) await post(ana, `/tasks/${hall.id}/checklist/`, { text });
  const page = await visit(ana, hall.pane);
  const item = (text: string) => page.locator(".checklist-item").filter({ hasText: text });
  const choose = async (text: string, name: string) => {
    const summary = item(text).locator("summary", { hasText: "Assignee" });
    if ((await item(text).locator(".item-assignee details[open]").count()) === 0) await summary.press("Enter");
    if (!scripts) await item(text).getByRole("link", { name: "Choose somebody" }).click();
    await item(text).getByRole("button", { name, exact: true }).press("Enter");
  };
  await expect(item("Pay").locator("summary").first()).toHaveAccessibleName(/^Assignee of Pay: nobody$/);
  await choose("Pay", "Bo");
  await expect(item("Pay").locator("summary").first()).toHaveAccessibleName(/^Assignee of Pay: Bo$/);
  await expect(item("Pay").getByTitle("Bo")).toHaveText("B");
  await expect(item("Call them").locator(".avatar").and(page.locator(":visible"))).toHaveCount(0);
  const bos = await visit(bo, "/tasks/");
  await expect(bos.locator(".my-task")).toContainText(/Book the hall.*1 item is yours/);
  await visit(bo, "/messaging/notifications/");
  await expect(bos.locator(".inbox-row").first()).toContainText("assigned");
  await choose("Pay", "Nobody");
  await expect(item("Pay").locator("summary").first()).toHaveAccessibleName(/nobody$/);
  await visit(bo, "/tasks/");
  await look(bos);
  await expect(bos.getByText("Nothing to do")).toBeVisible();
});

test("a viewer sees what a task has, and changes nothing of it", async ({ board, person, post, task, visit }) => {
  const [ana, cy] = [await person("Ana"), await person("Cy")];
  const theirs = await board(ana, [cy, "viewer"]);
  const hall = await task(ana, theirs, "Book the hall");
  await post(ana, `/tasks/${hall.id}/due/`, { due: "2001-02-03" });
  await post(ana, `/tasks/${hall.id}/assignees/`, { add: `${cy.id}` });
  const { item } = await post(ana, `/tasks/${hall.id}/checklist/`, { text: "Pay" });
  await post(ana, `/tasks/${hall.id}/checklist/${item.id}/assignee/`, { user: `${ana.id}` });
  const page = await visit(cy, hall.pane);
  await expect(page.locator(".checklist-item")).toContainText(/Assigned to .*Ana/);
  await expect(page.locator(".checklist-item details")).toHaveCount(0);
  await expect(fact(page, "Due")).toContainText("Overdue, 3 Feb 2001");
  await expect(fact(page, "Assignees")).toContainText("Cy");
  await expect(page.locator(".facts details.picker")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Assign me" })).toHaveCount(0);
  await visit(cy, `${theirs.url}labels/`);
  await expect(page.getByRole("button", { name: "Add" })).toHaveCount(0);
});
