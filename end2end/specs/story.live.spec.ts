// The main job, live: two people in two browsers on one board.
import { expect, type Page, test } from "../scenes.ts";
import {
  card,
  column,
  comment,
  commenting,
  completion,
  composer,
  entry,
  log,
  nothingUnread,
  said,
  send,
  sidebar,
  unread,
} from "../screen.ts";

test("two people chat in a room, comment on a task, mention each other and are notified, live", async ({
  pair: { ana, bo, board },
  room,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const anas = await visit(ana, general.url);
  const bos = await visit(bo, general.url);

  await test.step("they see each other and what the other says", async () => {
    await expect(anas.getByRole("button", { name: /^2 here/ })).toBeVisible();
    await send(anas, "general", "Shall we plan the launch?");
    await expect(said(bos, "Shall we plan the launch?")).toBeVisible();
    await composer(bos, "general").pressSequentially("Yes, I begin");
    await expect(anas.getByText("Bo is typing")).toBeVisible();
    await composer(bos, "general").press("Enter");
    await expect(said(anas, "Yes, I begin")).toBeVisible();
    await expect(anas.getByText("Bo is typing")).toBeHidden();
  });

  await test.step("a task that one adds is on the other's board", async () => {
    await visit(ana, board.url);
    await visit(bo, board.url);
    await column(bos, "To do").getByLabel("New task in To do").fill("Book the hall");
    await bos.keyboard.press("Enter");
    await expect(card(anas, "To do", "Book the hall")).toBeVisible();
  });

  await test.step("Ana comments on it and mentions Bo, who is elsewhere and is told at once", async () => {
    await visit(bo, "/accounts/");
    await expect(nothingUnread(bos, "Inbox")).toBeVisible();
    await card(anas, "To do", "Book the hall").click();
    await commenting(anas).pressSequentially(`For 80 people, @${bo.username.slice(0, 2)}`);
    await expect(completion(anas).getByRole("option", { name: bo.username })).toBeVisible();
    await commenting(anas).press("Enter");
    await expect(commenting(anas)).toHaveValue(`For 80 people, @${bo.username} `);
    await commenting(anas).press("Enter");
    await expect(log(anas).locator(".mention", { hasText: bo.username })).toBeVisible();
    await expect(unread(bos, "Inbox", 1)).toBeVisible();
  });

  await test.step("Bo follows it from the inbox and answers with a mention; Ana's count follows", async () => {
    await sidebarTo(bos, "Inbox");
    await entry(bos, "Ana mentioned you in #1 Book the hall").click();
    await expect(log(bos).getByText("For 80 people")).toBeVisible();
    await expect(nothingUnread(bos, "Inbox")).toBeVisible();
    await sidebarTo(anas, "general");
    await expect(composer(anas, "general")).toBeVisible();
    await comment(bos, `Done, @${ana.username}`);
    await expect(unread(anas, "Inbox", 1)).toBeVisible();
    await sidebarTo(anas, "Inbox");
    await entry(anas, "Bo mentioned you in #1 Book the hall").click();
    await expect(log(anas).getByText("Done,")).toBeVisible();
    await expect(nothingUnread(anas, "Inbox")).toBeVisible();
  });
});

async function sidebarTo(page: Page, place: string): Promise<void> {
  await sidebar(page)
    .getByRole("link", { name: new RegExp(`^${place}`) })
    .click();
}
