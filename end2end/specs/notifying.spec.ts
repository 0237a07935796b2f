// How much one hears of a room, a board, a task; and naming everybody at once. With scripts and without.
import { expect, test } from "../scenes.ts";
import { composer, entry, log, nothingUnread, row, said, send, sidebar, unread } from "../screen.ts";

test("a room that is muted is not counted at the side, and mentions still come through", async ({
  look,
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const [general, office] = [await room(ana, board, "general"), await room(ana, board, "office")];
  await say(bo, general, "I am in");
  const page = await visit(bo, general.url);
  await page.getByRole("button", { name: "Notifications: Mentions" }).click();
  await page.getByRole("checkbox", { name: "Mute" }).check();
  await page.getByRole("button", { name: "Set" }).click();
  await expect(page.getByRole("button", { name: "Notifications: muted" })).toBeVisible();
  await expect(sidebar(page).getByRole("link", { name: /^general\s*muted$/ })).toBeVisible();
  await visit(bo, office.url);
  await say(ana, general, "Plain");
  await say(ana, general, `For @${bo.username}`);
  await look(page);
  await expect(unread(page, "Inbox", 1)).toBeVisible();
  await expect(sidebar(page).getByRole("link", { name: /^general\s*muted$/ })).toBeVisible();
});

test("who wants to hear everything of a board has each room and task in the inbox", async ({
  pair: { ana, bo, board },
  room,
  say,
  task,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(bo, general, "I am in");
  const hall = await task(ana, board, "Book the hall");
  const page = await visit(bo, board.url);
  await page.getByRole("button", { name: "Notifications: Mentions" }).click();
  await page.getByRole("radio", { name: /^Everything/ }).check();
  await page.getByRole("button", { name: "Set" }).click();
  await expect(page.getByRole("button", { name: "Notifications: Everything" })).toBeVisible();
  await say(ana, general, "One");
  await say(ana, general, "Two");
  await say(ana, hall, "Which one?");
  await visit(bo, "/messaging/notifications/");
  await expect(entry(page, "Ana wrote in general")).toContainText("2 new");
  await expect(entry(page, "Ana commented on #1 Book the hall")).toHaveCount(1);
});

test("a task is watched and left by a button that says who watches", async ({
  pair: { ana, bo, board },
  say,
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const page = await visit(bo, hall.url);
  await expect(page.getByText("You are not told of comments.")).toBeVisible();
  await page.getByRole("button", { name: "Watch", exact: true }).click();
  await expect(page.getByText("You are told of comments.")).toBeVisible();
  await page.getByText("2 watch").click();
  await expect(page.getByRole("listitem").filter({ hasText: /^Bo$/ })).toBeVisible();
  await page.getByRole("button", { name: "Unwatch" }).click();
  await expect(page.getByText("1 watches")).toBeVisible();
  await say(ana, hall, "Which one?");
  await visit(bo, "/messaging/notifications/");
  await expect(nothingUnread(page, "Inbox")).toBeVisible();
});

test.describe("what must be confirmed", () => {
  // Without script the form is refused first.
  test.use({ expectedConsole: /status of 422/ });

  test("naming a room of five others says how many it notifies before it is sent", async ({
    board,
    person,
    post,
    room,
    scripts,
    visit,
  }) => {
    const ana = await person("Ana");
    const guests = await Promise.all(["Bo", "Cy", "Di", "Ed", "Flo"].map((name) => person(name)));
    const general = await room(ana, await board(ana, ...guests), "general");
    for (const guest of guests) await post(guest, `${general.url}join/`, {});
    const page = await visit(ana, general.url);
    await send(page, "general", "@room, look");
    await expect(page.getByText("This notifies 5 people.").first()).toBeVisible();
    await expect(log(page).getByRole("listitem")).toHaveCount(0);
    await expect(composer(page, "general")).toHaveValue("@room, look");
    if (scripts) {
      await page.getByRole("button", { name: "Not yet" }).click();
      await expect(composer(page, "general")).toBeFocused();
      await composer(page, "general").press("Enter");
      await page.getByRole("button", { name: "Notify 5 people" }).click();
    } else {
      await page.getByRole("checkbox", { name: "Notify them all" }).check();
      await page.getByRole("button", { name: "Send", exact: true }).click();
    }
    await expect(row(page, "@room, look").locator(".mention-group")).toHaveText("@room");
    const inbox = await visit(guests[4]!, "/messaging/notifications/");
    await expect(entry(inbox, "Ana mentioned you in general")).toHaveCount(1);
  });
});

test("a group that is named in code notifies nobody and asks nothing", async ({
  pair: { ana, board },
  room,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const page = await visit(ana, general.url);
  await send(page, "general", "type `@room`");
  await expect(said(page, "@room")).toBeVisible();
  await expect(log(page).locator(".mention")).toHaveCount(0);
});
