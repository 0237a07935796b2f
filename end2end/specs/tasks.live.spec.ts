// Boards and tasks as they happen on another's screen.
import { expect, type Page, test } from "../scenes.ts";
import { card, column, comment, commenting, log, moveTo, replyTo, said } from "../screen.ts";

test("cards are added, renamed and moved on the other's board without a reload", async ({
  pair: { ana, bo, board },
  visit,
}) => {
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  const field = column(anas, "To do").getByLabel("New task in To do");
  await field.fill("Book the hall");
  await field.press("Enter");
  await expect(field).toHaveValue("");
  await field.fill("Call the band");
  await field.press("Enter");
  await expect(column(bos, "To do").getByRole("link")).toContainText([
    "Book the hall",
    "Call the band",
  ]);

  await card(anas, "To do", "Call the band").click();
  await anas.getByText("Edit", { exact: true }).click();
  await anas.getByLabel("Title").fill("Call both bands");
  await anas.getByRole("button", { name: "Save" }).click();
  await expect(card(bos, "To do", "Call both bands")).toBeVisible();
  await moveTo(anas, "Done");
  await expect(card(bos, "Done", "Call both bands")).toBeVisible();
  await expect(card(bos, "To do", "Call both bands")).toHaveCount(0);
  await expect(card(anas, "Done", "Call both bands")).toBeVisible();
});

test("an open task follows what another does to it", async ({
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const [anas, bos] = [await visit(ana, hall.url), await visit(bo, hall.url)];
  const editing = bos.locator(".task-facts").getByText("Ana is editing");
  await anas.getByText("Edit", { exact: true }).click();
  await expect(editing).toBeVisible();
  await anas.getByLabel("Title").fill("Book the big hall");
  await anas.getByLabel("Description").fill("For 80 people");
  await anas.getByRole("button", { name: "Save" }).click();
  await expect(editing).toHaveCount(0);
  await expect(bos.getByRole("heading", { name: "#1 Book the big hall" })).toBeVisible();
  await expect(bos).toHaveTitle(/^#1 Book the big hall/);
  await expect(bos.locator(".task-description")).toHaveText("For 80 people");
  await moveTo(anas, "Doing");
  await expect(bos.locator(".task-facts")).toContainText("Doing");
});

test("two people who move different cards at once both get what they meant", async ({
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  const [first, second] = [await task(ana, board, "First"), await task(ana, board, "Second")];
  const [anas, bos] = [await visit(ana, first.pane), await visit(bo, second.pane)];
  await Promise.all([moveTo(anas, "Doing"), moveTo(bos, "Done")]);
  for (const page of [anas, bos]) {
    await expect(card(page, "Doing", "First")).toBeVisible();
    await expect(card(page, "Done", "Second")).toBeVisible();
    await expect(column(page, "To do").getByRole("link")).toHaveCount(0);
  }
});

test("comments, replies and the card's count arrive as they are written", async ({
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const [anas, bos] = [await visit(ana, hall.url), await visit(bo, hall.pane)];
  // Before the page's socket is there nobody is told; more keys tell it again.
  await expect(async () => {
    await commenting(anas).pressSequentially("Who");
    await expect(bos.getByText("Ana is typing")).toBeVisible({ timeout: 4_000 });
  }).toPass();
  await comment(anas, "Who calls them?");
  await expect(said(bos, "Who calls them?")).toHaveCount(1);
  await expect(card(bos, "To do", "Book the hall")).toContainText("1");
  await replyTo(bos, "Who calls them?");
  await bos.getByRole("textbox", { name: "Reply" }).fill("I do");
  await bos.getByRole("textbox", { name: "Reply" }).press("Enter");
  await expect(log(anas).locator(".message-text")).toHaveText(["Who calls them?", "I do"]);
  await expect(bos.getByRole("textbox", { name: "Reply" })).toHaveCount(0);
  await expect(card(bos, "To do", "Book the hall")).toContainText("2");
});

test("Escape and Back close the task, and its card has the focus again", async ({
  pair: { ana, board },
  task,
  visit,
}) => {
  await task(ana, board, "Book the hall");
  const page = await visit(ana, board.url);
  const pane = page.getByRole("region", { name: "Task" });
  await card(page, "To do", "Book the hall").click();
  await expect(pane.getByText("No comments yet")).toBeVisible();
  await expect(pane).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(pane).toHaveCount(0);
  await expect(card(page, "To do", "Book the hall")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(pane).toBeVisible();
  await page.goBack();
  await expect(pane).toHaveCount(0);
  await expect(page).toHaveURL(board.url);
});

const edit = (page: Page) => page.getByText("Edit", { exact: true });
const save = (page: Page) => page.getByRole("button", { name: "Save" });
const description = (page: Page) => page.getByLabel("Description");

const heading = (page: Page, text: string) => page.getByRole("heading", { name: `#1 ${text}` });
const keptEdits = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("/edit/")));

test("what is written into a task is saved when it is left", async ({ pair: { ana, bo, board }, task, visit }) => {
  const hall = await task(ana, board, "Book the hall");
  const [page, bos] = [await visit(ana, hall.pane), await visit(bo, hall.url)];
  const pane = page.getByRole("region", { name: "Task" });
  await edit(page).click();
  await expect(page.getByLabel("Title")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(description(page)).toBeHidden();
  await expect(edit(page)).toBeFocused();
  await expect(pane).toBeVisible();

  // Into another field of the form: it is still being written.
  await edit(page).click();
  await page.getByLabel("Title").fill("Book the big hall");
  await description(page).fill("For 80 people");
  await commenting(page).focus();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(description(page)).toHaveValue("For 80 people");
  await expect(heading(bos, "Book the big hall")).toBeVisible();
  await expect(bos.locator(".task-description")).toHaveText("For 80 people");

  await description(page).fill("For 90 people");
  await page.keyboard.press("Escape");
  await expect(description(page)).toBeHidden();
  await expect(bos.locator(".task-description")).toHaveText("For 90 people");

  await heading(page, "Book the big hall").click();
  await expect(page.getByLabel("Title")).toBeFocused();
  await page.getByLabel("Title").fill("Book a hall");
  await pane.getByRole("link", { name: "Close the task" }).click();
  await expect(pane).toHaveCount(0);
  await expect(heading(bos, "Book a hall")).toBeVisible();
  await expect(card(page, "To do", "Book a hall")).toBeVisible();
  await expect.poll(() => keptEdits(page)).toEqual([]);
});

test("a form that was saved shows what others write since, and going back saves it", async ({
  pair: { ana, bo, board },
  post,
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const [page, bos] = [await visit(ana, board.url), await visit(bo, hall.url)];
  const title = page.getByLabel("Title");
  await card(page, "To do", "Book the hall").click();
  await edit(page).click();
  await title.fill("Book the big hall ");
  await commenting(page).focus();
  await expect(page.getByText("Saved.")).toBeVisible();
  await title.press("Escape");
  await expect(title).toBeHidden();
  await post(bo, `/tasks/${hall.id}/edit/`, { title: "Book a tent", description: "", version: "2" });
  await expect(heading(page, "Book a tent")).toBeVisible();
  await edit(page).click();
  await expect(title).toHaveValue("Book a tent");
  await description(page).fill("For 80 people");
  await page.goBack();
  await expect(title).toHaveCount(0);
  await expect(bos.locator(".task-description")).toHaveText("For 80 people");
  await expect(heading(bos, "Book a tent")).toBeVisible();
});

test.describe("without a server", () => {
  test.use({ expectedConsole: /ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch/ });

  test("what was written is saved when it is there again", async ({ pair: { ana, bo, board }, task, visit }) => {
    const hall = await task(ana, board, "Book the hall");
    const [page, bos] = [await visit(ana, hall.url), await visit(bo, hall.url)];
    await edit(page).click();
    await page.context().setOffline(true);
    await description(page).fill("For 80 people");
    await commenting(page).focus();
    await expect(page.locator(".task-edit").getByRole("alert")).toBeVisible();
    await expect(description(page)).toHaveValue("For 80 people");
    await page.context().setOffline(false);
    await expect(bos.locator(".task-description")).toHaveText("For 80 people");
    await expect(page.getByText("Saved.")).toBeVisible();
  });

  test("what was not saved is there again, until it is saved or discarded", async ({
    pair: { ana, board },
    task,
    visit,
  }) => {
    const hall = await task(ana, board, "Book the hall");
    const page = await visit(ana, hall.url);
    const back = page.getByText("Your unsaved text is back.");
    await page.route("**/api/edit_task*", (route) => route.abort());
    await edit(page).click();
    await description(page).fill("For 80 people");
    await page.reload();
    await edit(page).click();
    await expect(back).toBeVisible();
    await expect(description(page)).toHaveValue("For 80 people");
    await page.getByRole("button", { name: "Discard it" }).click();
    await expect(back).toHaveCount(0);
    await expect(description(page)).toHaveValue("");
    await expect(page.getByLabel("Title")).toBeFocused();

    await description(page).fill("For 90 people");
    await page.reload();
    await page.unroute("**/api/edit_task*");
    await edit(page).click();
    await expect(description(page)).toHaveValue("For 90 people");
    await save(page).click();
    await expect(page.locator(".task-description")).toHaveText("For 90 people");
    // The text may be on the page before the answer is.
    await expect.poll(() => keptEdits(page)).toEqual([]);
    await edit(page).click();
    await expect(back).toHaveCount(0);
  });
});

test("a comment that is written keeps the task open on Escape", async ({ pair: { ana, board }, task, visit }) => {
  const hall = await task(ana, board, "Book the hall");
  const page = await visit(ana, hall.pane);
  await commenting(page).fill("Who");
  await commenting(page).press("Escape");
  await expect(commenting(page)).toHaveValue("Who");
});

test("what is typed on while a task is saved stays in the form", async ({ pair: { ana, board }, task, visit }) => {
  const hall = await task(ana, board, "Book the hall");
  const page = await visit(ana, hall.url);
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/api/edit_task*", async (route) => {
    await held;
    await route.continue();
  });
  await edit(page).click();
  await description(page).fill("For 80");
  await save(page).click();
  await description(page).press("End");
  await description(page).pressSequentially(" people");
  answer();
  await expect(page.locator(".task-description")).toHaveText("For 80");
  await expect(description(page)).toHaveValue("For 80 people");
  await save(page).click();
  await expect(page.locator(".task-description")).toHaveText("For 80 people");
  await expect(description(page)).toBeHidden();
});

test("another role reaches the board and the task that are open", async ({ board, person, post, task, visit }) => {
  const [ana, cy] = [await person("Ana"), await person("Cy")];
  const theirs = await board(ana, [cy, "viewer"]);
  const hall = await task(ana, theirs, "Book the hall");
  const page = await visit(cy, hall.pane);
  const possible = [edit(page), page.getByText("Add a column"), page.getByLabel("New task in To do")];
  const become = (role: string) => post(ana, `/boards/${theirs.id}/members/${cy.id}/role/`, { role });
  await expect(card(page, "To do", "Book the hall")).toBeVisible();
  for (const thing of possible) await expect(thing).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Copy link" })).toBeVisible();
  await become("member");
  for (const thing of possible) await expect(thing).toBeVisible();
  await become("viewer");
  for (const thing of possible) await expect(thing).toHaveCount(0);
  await expect(card(page, "To do", "Book the hall")).toBeVisible();
});

test.describe("at once", () => {
  // Who comes second is told, and tries again.
  test.use({ expectedConsole: /status of 409/ });

  test("a rename and another description are both kept, and what both changed is shown to the second", async ({
    pair: { ana, bo, board },
    task,
    visit,
  }) => {
    const hall = await task(ana, board, "Book the hall");
    const [anas, bos] = [await visit(ana, hall.url), await visit(bo, hall.url)];
    const title = (page: Page) => page.getByLabel("Title");
    await edit(bos).click();
    await description(bos).fill("For 80 people");
    await edit(anas).click();
    await title(anas).fill("Book the big hall");
    await save(anas).click();
    await expect(bos.getByRole("heading", { name: "#1 Book the big hall" })).toBeVisible();
    await save(bos).click();
    for (const page of [anas, bos]) {
      await expect(page.locator(".task-description")).toHaveText("For 80 people");
      await expect(page.getByRole("heading", { name: "#1 Book the big hall" })).toBeVisible();
    }

    await edit(bos).click();
    await description(bos).fill("For 90 people");
    await edit(anas).click();
    await title(anas).fill("Book a hall");
    await description(anas).fill("For 100 people");
    await save(anas).click();
    await expect(bos.locator(".task-description")).toHaveText("For 100 people");
    await save(bos).click();
    await expect(bos.getByRole("alert")).toContainText("Ana changed this task");
    await expect(bos.locator(".task-theirs-text")).toHaveText("For 100 people");
    await expect(bos.locator(".task-theirs-title")).toHaveCount(0);
    await expect(title(bos)).toHaveValue("Book a hall");
    await expect(description(bos)).toHaveValue("For 90 people");
    await save(bos).click();
    for (const page of [anas, bos]) {
      await expect(page.locator(".task-description")).toHaveText("For 90 people");
      await expect(page.getByRole("heading", { name: "#1 Book a hall" })).toBeVisible();
    }
  });

  test("items of a description are ticked where they stand, by two people at once", async ({
    pair: { ana, bo, board },
    post,
    visit,
  }) => {
    const form = { title: "Paint", description: "- [ ] sand\n- [ ] paint\n- [ ] dry" };
    const { id } = await post(ana, `/boards/${board.id}/tasks/`, form);
    const url = `/messaging/task/${id}/comments/`;
    const [anas, bos] = [await visit(ana, url), await visit(bo, url)];
    const item = (page: Page, nth: number) => page.locator(".task-description input").nth(nth);
    await Promise.all([item(anas, 0).click(), item(bos, 2).click()]);
    for (const page of [anas, bos]) {
      await expect(item(page, 0)).toBeChecked();
      await expect(item(page, 2)).toBeChecked();
      await expect(item(page, 1)).not.toBeChecked();
    }
    // By key, which keeps the focus where it is.
    await item(anas, 1).focus();
    await anas.keyboard.press("Space");
    await expect(item(bos, 1)).toBeChecked();
    await expect(item(anas, 1)).toBeFocused();
    await anas.keyboard.press("Space");
    await expect(item(bos, 1)).not.toBeChecked();
    await anas.reload();
    await expect(item(anas, 0)).toBeChecked();
    await expect(item(anas, 1)).not.toBeChecked();
  });
});
