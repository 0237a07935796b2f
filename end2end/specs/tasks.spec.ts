// Tasks and their comments, with scripts and without.
import { expect, test } from "../scenes.ts";
import {
  actions,
  card,
  column,
  comment,
  commenting,
  log,
  moveTo,
  remove,
  replyTo,
  row,
  said,
} from "../screen.ts";

test("a task is added, opened and edited, and the other sees each step", async ({
  look,
  pair: { ana, bo, board },
  visit,
}) => {
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  await column(anas, "To do").getByLabel("New task in To do").fill("Book the hall");
  await column(anas, "To do").getByRole("button", { name: "Add the task to To do" }).click();
  await expect(card(anas, "To do", "Book the hall")).toBeVisible();
  await look(bos);
  await expect(card(bos, "To do", "Book the hall")).toContainText("#1");

  await card(anas, "To do", "Book the hall").click();
  await expect(
    anas.getByRole("region", { name: "Task" }).getByText("No description yet."),
  ).toBeVisible();
  await anas.getByText("Edit", { exact: true }).click();
  await anas.getByLabel("Title").fill("Book the big hall");
  await anas.getByLabel("Description").fill("For **80** people");
  await anas.getByRole("button", { name: "Save" }).click();
  await expect(anas.getByRole("heading", { name: "#1 Book the big hall" })).toBeVisible();
  await expect(anas.locator(".task-description strong")).toHaveText("80");

  await look(bos);
  await card(bos, "To do", "Book the big hall").click();
  await expect(bos.locator(".task-description strong")).toHaveText("80");
});

test("a task moves to another column and to a place in it, and the other's board follows", async ({
  look,
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  const [first, second] = [await task(ana, board, "First"), await task(ana, board, "Second")];
  const [anas, bos] = [await visit(ana, first.pane), await visit(bo, board.url)];
  await moveTo(anas, "Doing");
  await expect(card(anas, "Doing", "First")).toBeVisible();
  await look(bos);
  await expect(card(bos, "Doing", "First")).toBeVisible();
  await expect(card(bos, "To do", "First")).toHaveCount(0);

  await visit(ana, second.pane);
  await moveTo(anas, "Doing", 1);
  await expect(card(anas, "Doing", "Second")).toBeVisible();
  await look(bos);
  for (const page of [anas, bos]) {
    await expect(column(page, "Doing").getByRole("link")).toContainText(["Second", "First"]);
  }
});

test("comments and replies stand in their thread on both screens, and the card counts them", async ({
  look,
  pair: { ana, bo, board },
  say,
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  await say(ana, hall, "Who calls them?");
  await say(bo, hall, "And the caterer?");
  const [anas, bos] = [await visit(ana, hall.url), await visit(bo, hall.pane)];
  await replyTo(anas, "Who calls them?");
  await anas.getByRole("textbox", { name: "Reply" }).fill("I do");
  await log(anas).getByRole("button", { name: "Post" }).click();
  const thread = ["Who calls them?", "I do", "And the caterer?"];
  await expect(log(anas).locator(".message-text")).toHaveText(thread);
  await expect(row(anas, "I do")).toHaveClass(/message-reply/);
  await look(bos);
  await expect(log(bos).locator(".message-text")).toHaveText(thread);
  await expect(card(bos, "To do", "Book the hall")).toContainText("3");

  await comment(bos, "So be it");
  await expect(said(bos, "So be it")).toHaveCount(1);
  await look(anas);
  await expect(log(anas).locator(".message-text")).toHaveText([...thread, "So be it"]);
  await visit(bo, board.url);
  await expect(card(bos, "To do", "Book the hall")).toContainText("4");
});

test("a comment is deleted, and the card no longer counts it", async ({
  pair: { ana, board },
  say,
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  await say(ana, hall, "Keep this");
  await say(ana, hall, "Forget this");
  const page = await visit(ana, hall.pane);
  await expect(card(page, "To do", "Book the hall")).toContainText("2");
  await remove(page, "Forget this");
  await expect(said(page, "This message was deleted.")).toBeVisible();
  await expect(said(page, "Forget this")).toHaveCount(0);
  await visit(ana, board.url);
  await expect(card(page, "To do", "Book the hall")).toContainText("1");
});

test.describe("two people who edit one task", () => {
  test.use({ expectedConsole: /status of 409/ });

  test("both keep their text: the second is told and shown the first one's", async ({
    look,
    pair: { ana, bo, board },
    task,
    visit,
  }) => {
    const hall = await task(ana, board, "Book the hall");
    const [anas, bos] = [await visit(ana, hall.url), await visit(bo, hall.url)];
    for (const [page, text] of [
      [anas, "Ana's words"],
      [bos, "Bo's words"],
    ] as const) {
      await page.getByText("Edit", { exact: true }).click();
      await page.getByLabel("Description").fill(text);
    }
    await anas.getByRole("button", { name: "Save" }).click();
    await expect(anas.locator(".task-description")).toHaveText("Ana's words");
    await bos.getByRole("button", { name: "Save" }).click();
    await expect(bos.getByRole("alert")).toBeVisible();
    await expect(bos.locator(".task-theirs-text")).toHaveText("Ana's words");
    await expect(bos.getByLabel("Description")).toHaveValue("Bo's words");
    await bos.getByRole("button", { name: "Save" }).click();
    await expect(bos.locator(".task-description")).toHaveText("Bo's words");
    await look(anas);
    await expect(anas.locator(".task-description")).toHaveText("Bo's words");
  });
});

test.describe("a comment that is too long", () => {
  test.use({ expectedConsole: /status of 422/ });

  test("is refused with its length, and the text stays", async ({
    pair: { ana, board },
    task,
    visit,
  }) => {
    const hall = await task(ana, board, "Book the hall");
    const page = await visit(ana, hall.url);
    const text = "a".repeat(10_001);
    await comment(page, text);
    await expect(page.getByRole("alert")).toContainText("10001");
    await expect(commenting(page)).toHaveValue(text);
  });
});

test("a viewer reads a task and changes nothing", async ({ board, person, say, task, visit }) => {
  const [ana, cy] = [await person("Ana"), await person("Cy")];
  const theirs = await board(ana, [cy, "viewer"]);
  const hall = await task(ana, theirs, "Book the hall");
  await say(ana, hall, "For everybody to read");
  const page = await visit(cy, hall.pane);
  await expect(said(page, "For everybody to read")).toBeVisible();
  await expect(page.getByText("You can read here, not write.")).toBeVisible();
  for (const words of ["Edit", "Move to…"])
    await expect(page.getByText(words, { exact: true })).toHaveCount(0);
  await expect(page.getByLabel(/^New task/)).toHaveCount(0);
  const possible = await actions(page, "For everybody to read");
  await expect(possible.getByRole("button", { name: "Mark unread from here" })).toBeVisible();
  await expect(possible.getByText(/Reply|Quote|Edit|Pin|Delete/)).toHaveCount(0);
});
