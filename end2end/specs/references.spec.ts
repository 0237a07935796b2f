// Tasks named by their number: chips in texts, and where a task is named, with scripts and without.
import { expect, test } from "../scenes.ts";
import { actions, composer, log, remove, row, send } from "../screen.ts";

test("#1 is a chip of the task in a message, a comment and a description, and the task lists them", async ({
  hydrated,
  pair,
  post,
  room,
  say,
  task,
  visit,
}) => {
  const { ana, bo } = pair;
  const general = await room(ana, pair.board, "general");
  const ship = await task(ana, pair.board, "Ship <it>");
  const paint = await post(ana, `/boards/${pair.board.id}/tasks/`, {
    title: "Paint",
    description: "Before #1",
  });
  const page = await visit(bo, general.url);
  await send(page, "general", "See #1, not #7 or `#1` or #1a");
  const chip = row(page, "See").locator(".task-chip");
  await expect(chip).toHaveText("#1 Ship <it> To do");
  await expect(chip).toHaveAttribute("href", ship.pane);
  await say(bo, ship, "The comment on #2");

  await visit(bo, ship.url);
  await expect(log(page).locator(".task-chip")).toHaveText("#2 Paint To do");
  const named = page.getByRole("region", { name: "Referenced in" });
  await expect(named.getByRole("listitem")).toHaveText([
    /Bo in general.*See #1, not #7/,
    /Ana in the description of #2 Paint.*Before #1/,
  ]);
  await named.getByRole("link", { name: "general" }).click();
  await expect(row(page, "See")).toBeVisible();
  await hydrated(page);
  await remove(page, "See");
  await expect(page.getByText("This message was deleted.")).toBeVisible();

  await visit(bo, `/messaging/task/${paint.id}/comments/`);
  await expect(page.locator(".task-description .task-chip")).toHaveText("#1 Ship <it> To do");
  await page.locator(".task-description .task-chip").click();
  await expect(page.getByRole("heading", { name: "#1 Ship <it>" })).toBeVisible();
  await expect(named.getByRole("listitem")).toHaveText([/Ana in the description of #2 Paint/]);
});

test("a message becomes a task, and a task is discussed in a room", async ({
  pair: { ana, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(ana, general, "Paint the railing");
  const page = await visit(ana, general.url);
  await (await actions(page, "Paint")).getByRole("link", { name: "Make a task" }).click();
  await expect(page.getByLabel("Title")).toHaveValue("Paint the railing");
  await page.getByRole("combobox", { name: /^Column/ }).selectOption("Doing");
  await page.getByRole("button", { name: "Make the task" }).click();
  await expect(page.getByRole("heading", { name: "#1 Paint the railing" })).toBeVisible();
  await expect(page.getByRole("link", { name: "a message" })).toHaveAttribute("href", /^\/messaging\/message\//);
  await page.getByText("Discuss…", { exact: true }).click();
  await page.getByRole("region", { name: "Task", exact: true }).getByRole("link", { name: "general" }).click();
  await expect(row(page, "Paint").locator(".message-tasks .task-chip")).toHaveText("#1 Paint the railing Doing");
  await expect(composer(page, "general")).toHaveValue("#1 ");
  await composer(page, "general").press("End");
  await composer(page, "general").pressSequentially("when?");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(row(page, "when?").locator(".task-chip")).toHaveText("#1 Paint the railing Doing");
});
