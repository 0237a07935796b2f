// The unread count as it changes, on every page and in every tab.
import { expect, test } from "../scenes.ts";
import { entry, log, nothingUnread, said, sidebar, unread } from "../screen.ts";

test("the count follows on every page, and in the top bar of a narrow screen", async ({
  pair: { ana, bo, board },
  room,
  say,
  task,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const office = await room(ana, board, "office");
  const hall = await task(ana, board, "Book the hall");
  const pages = [
    "/messaging/",
    "/messaging/notifications/",
    "/accounts/",
    board.url,
    `${board.url}members/`,
    `/messaging/board/${board.id}/rooms/`,
    office.url,
    hall.url,
  ];
  const page = bo.page;
  await visit(bo, "/messaging/");
  let count = 0;
  for (const [index, url] of pages.entries()) {
    if (index > 0) await visit(bo, url);
    // A place of its own each time, so that each mention is one more row.
    const place = await room(ana, board, `room ${index}`);
    await say(ana, place, `Hello @${bo.username}`);
    count += 1;
    await expect(unread(page, "Inbox", count), url).toBeVisible();
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole("banner").getByRole("link", { name: /Inbox/ })).toContainText(
    `${count}`,
  );
  await say(ana, general, `Hello @${bo.username}`);
  await expect(page.getByRole("banner").getByRole("link", { name: /Inbox/ })).toContainText(
    `${count + 1}`,
  );
});

test("a new row stands on top of the open inbox, and marking it read is seen in the other tab", async ({
  hydrated,
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const [general, office] = [await room(ana, board, "general"), await room(ana, board, "office")];
  const page = await visit(bo, "/messaging/notifications/");
  const other = await bo.context.newPage();
  await other.goto("/accounts/");
  await hydrated(other);
  await say(ana, general, `First @${bo.username}`);
  await say(ana, general, `Again @${bo.username}`);
  await expect(entry(page, "general")).toContainText("2 new");
  await say(ana, office, `Second @${bo.username}`);
  await expect(entry(page, "Unread: Ana mentioned you")).toContainText(["office", "general"]);
  await expect(unread(other, "Inbox", 2)).toBeVisible();
  await page.getByRole("button", { name: /^Mark read: .* general$/ }).click();
  await expect(unread(other, "Inbox", 1)).toBeVisible();
  await expect(entry(page, "general")).not.toContainText("new");
  await sidebar(other)
    .getByRole("link", { name: /^Inbox/ })
    .click();
  await other.getByRole("button", { name: "Mark all read" }).click();
  for (const tab of [page, other]) await expect(nothingUnread(tab, "Inbox")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Mark read:/ })).toHaveCount(0);
});

test("reading the place itself clears its row, in the other tab too", async ({
  hydrated,
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
  const page = await visit(bo, "/messaging/notifications/");
  const other = await bo.context.newPage();
  await other.goto("/accounts/");
  await hydrated(other);
  await expect(unread(other, "Inbox", 2)).toBeVisible();
  await visit(bo, general.url);
  await expect(unread(other, "Inbox", 1)).toBeVisible();
  await expect(unread(page, "Inbox", 1)).toBeVisible();
  await visit(bo, hall.url);
  await expect(nothingUnread(other, "Inbox")).toBeVisible();
});

test("a mention in the room that is being read is read as it arrives", async ({
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const page = await visit(bo, general.url);
  await say(ana, general, `Here, @${bo.username}`);
  await expect(log(page).locator(".mention[data-me]")).toBeVisible();
  await expect(nothingUnread(page, "Inbox")).toBeVisible();
  const count = async () =>
    (await (await bo.context.request.get("/messaging/notifications/count/")).json()).count;
  await expect.poll(count).toBe(0);
  await expect(said(page, "New")).toHaveCount(0);
});
