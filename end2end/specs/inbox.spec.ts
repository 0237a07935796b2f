// The inbox, with scripts and without.
import { expect, test } from "../scenes.ts";
import { entry, nothingUnread, row, unread } from "../screen.ts";

test("a row says who did what and where, leads there, and is read by that", async ({
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(ana, general, `Look at this, @${bo.username}, **please**`);
  const page = await visit(bo, "/messaging/notifications/");
  await expect(unread(page, "Inbox", 1)).toBeVisible();
  const mention = entry(page, "Unread: Ana mentioned you in general");
  await expect(mention).toContainText(`Look at this, @${bo.username}, please`);
  await mention.click();
  await expect(row(page, "Look at this")).toBeVisible();
  await expect(page).toHaveURL(/\/messaging\/room\/\d+\/#m\d+$/);
  await visit(bo, "/messaging/notifications/");
  await expect(nothingUnread(page, "Inbox")).toBeVisible();
  await expect(entry(page, "Ana mentioned you in general")).toHaveCount(1);
  await expect(entry(page, "Unread: ")).toHaveCount(0);
});

test("one place is one row with a count, and each reason has its words", async ({
  pair: { ana, bo, board },
  post,
  room,
  say,
  task,
  visit,
}) => {
  const general = await room(ana, board, "general");
  for (const text of ["One", "Two", "Three"]) await say(ana, general, `${text} @${bo.username}`);
  const hall = await task(bo, board, "Book the hall");
  await say(ana, hall, "Which one?");
  const mine = await say(bo, hall, "The big one");
  const page = await visit(bo, "/messaging/notifications/");
  await expect(entry(page, "Ana mentioned you in general")).toContainText("3 new");
  await expect(entry(page, "Ana commented on #1 Book the hall")).toHaveCount(1);

  await post(ana, hall.post, { content: "Too big", parent: `${mine}` });
  await visit(bo, "/messaging/notifications/");
  await expect(entry(page, "Ana replied to you in #1 Book the hall")).toContainText("Too big");
  await expect(entry(page, "Book the hall")).toHaveCount(1);
});

test("rows are marked read one by one, and all at once", async ({
  pair: { ana, bo, board },
  room,
  say,
  task,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const hall = await task(bo, board, "Book the hall");
  await say(ana, general, `Hello @${bo.username}`);
  await say(ana, hall, "Which one?");
  const office = await room(ana, board, "office");
  await say(ana, office, `Here too, @${bo.username}`);
  const page = await visit(bo, "/messaging/notifications/");
  await expect(unread(page, "Inbox", 3)).toBeVisible();
  await page.getByRole("button", { name: "Mark read: Ana mentioned you in general" }).click();
  await expect(unread(page, "Inbox", 2)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Mark read:/ })).toHaveCount(2);
  await page.getByRole("button", { name: "Mark unread: Ana mentioned you in general" }).click();
  await expect(unread(page, "Inbox", 3)).toBeVisible();
  await page.getByRole("button", { name: "Remove: Ana mentioned you in general" }).click();
  await expect(unread(page, "Inbox", 2)).toBeVisible();
  await expect(entry(page, "in general")).toHaveCount(0);
  await page.getByRole("button", { name: "Mark all read" }).click();
  await expect(nothingUnread(page, "Inbox")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Mark read:/ })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Mark all read" })).toHaveCount(0);
});

test("being added to a board and to a private room is told", async ({
  board,
  person,
  privateRoom,
  visit,
}) => {
  const [ana, bo] = [await person("Ana"), await person("Bo")];
  const theirs = await board(ana, bo);
  await privateRoom(ana, theirs, "Secret", bo);
  const page = await visit(bo, "/messaging/notifications/");
  await expect(entry(page, "Ana added you to Ana's board")).toBeVisible();
  await entry(page, "Ana added you to Secret").click();
  await expect(page.getByRole("heading", { name: "Secret" })).toBeVisible();
});

test("what one may no longer see is no longer in the inbox", async ({
  look,
  pair: { ana, bo, board },
  post,
  privateRoom,
  say,
  visit,
}) => {
  const secret = await privateRoom(ana, board, "Secret", bo);
  await say(ana, secret, `Between us, @${bo.username}`);
  const page = await visit(bo, "/messaging/notifications/");
  await expect(page.getByText("Between us")).toBeVisible();
  await post(ana, `${secret.url}members/${bo.id}/remove/`, {});
  await look(page);
  await expect(page.getByText("Between us")).toHaveCount(0);
  await expect(nothingUnread(page, "Inbox")).toBeVisible();
});

test("a message that is deleted takes its row along", async ({
  look,
  pair: { ana, bo, board },
  post,
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const message = await say(ana, general, `Oops, @${bo.username}`);
  const page = await visit(bo, "/messaging/notifications/");
  await expect(page.getByText("Oops")).toBeVisible();
  await post(ana, `/messaging/message/${message}/delete/`, {});
  await look(page);
  await expect(page.getByText("Oops")).toHaveCount(0);
  await expect(nothingUnread(page, "Inbox")).toBeVisible();
});

test("one's own deeds are never in one's inbox", async ({
  pair: { ana, board },
  room,
  say,
  task,
  visit,
}) => {
  await say(ana, await room(ana, board, "general"), `Me, @${ana.username}`);
  const hall = await task(ana, board, "Book the hall");
  await say(ana, hall, `Me again, @${ana.username}`);
  const page = await visit(ana, "/messaging/notifications/");
  await expect(page.getByText("Nothing here")).toBeVisible();
  await visit(ana, hall.url);
  await expect(row(page, "Me again")).toBeVisible();
});
