// Rooms and their messages, with scripts and without.
import { expect, type Page, test } from "../scenes.ts";
import { actions, composer, log, members, remove, said, send, sidebar } from "../screen.ts";
import { Server } from "../server.ts";

test("an open room is made with a topic and found by the other, who joins it and leaves it", async ({
  look,
  pair: { ana, bo, board },
  visit,
}) => {
  const anas = await visit(ana, `/messaging/board/${board.id}/rooms/`);
  await anas.getByRole("main").getByRole("link", { name: "New room" }).click();
  await anas.getByLabel("Name").fill("Ideas");
  await anas.getByLabel("What is it for?").fill("Anything that comes to mind");
  await anas.getByRole("button", { name: "Make the room" }).click();
  await expect(anas.getByRole("heading", { name: "Ideas" })).toBeVisible();
  await expect(anas.getByText("Anything that comes to mind")).toBeVisible();
  await expect(anas.getByText("Nothing said yet")).toBeVisible();

  const bos = await visit(bo, `/messaging/board/${board.id}/rooms/`);
  await bos.getByRole("button", { name: "Join Ideas" }).click();
  await expect(composer(bos, "Ideas")).toBeVisible();
  await expect(bos.getByRole("main").getByRole("button", { name: "Join" })).toBeHidden();
  await look(anas);
  await anas.getByRole("button", { name: /show the members/ }).click();
  await expect(members(anas).getByText(`@${bo.username}`)).toBeVisible();

  await bos.getByRole("link", { name: "Settings of the room" }).click();
  await bos.getByRole("button", { name: "Leave the room" }).click();
  await expect(bos.getByRole("heading", { name: "Your boards" })).toBeVisible();
  await expect(bos.getByRole("main").getByRole("link", { name: "Ideas" })).toBeVisible();
});

test("a private room is seen by those invited and by nobody else", async ({
  board,
  person,
  visit,
}) => {
  const [ana, bo, cy] = [await person("Ana"), await person("Bo"), await person("Cy")];
  const theirs = await board(ana, bo, cy);
  const anas = await visit(ana, `/messaging/board/${theirs.id}/rooms/create/`);
  await anas.getByLabel("Name").fill("Salaries");
  await anas.getByLabel(/Private/).check();
  await anas.getByLabel(`@${bo.username}`).check();
  await anas.getByRole("button", { name: "Make the room" }).click();
  await expect(composer(anas, "Salaries")).toBeVisible();

  const bos = await visit(bo, theirs.url);
  await sidebar(bos)
    .getByRole("link", { name: /Salaries/ })
    .click();
  await expect(composer(bos, "Salaries")).toBeVisible();

  const cys = await visit(cy, theirs.url);
  await expect(sidebar(cys).getByRole("link", { name: "Members" })).toBeVisible();
  await expect(sidebar(cys).getByRole("link", { name: /Salaries/ })).toBeHidden();
  const direct = await cy.context.request.get(anas.url());
  expect(direct.status(), "who may not see it can't tell that it is there").toBe(404);
});

test.describe("a name that is taken", () => {
  test.use({ expectedConsole: /status of 422/ });

  test("is said at the field, and what was typed stays", async ({
    pair: { ana, board },
    room,
    visit,
  }) => {
    await room(ana, board, "General");
    const page = await visit(ana, `/messaging/board/${board.id}/rooms/create/`);
    await page.getByLabel("Name").fill("general");
    await page.getByLabel("What is it for?").fill("A second try");
    await page.getByLabel(/Private/).check();
    await page.getByRole("button", { name: "Make the room" }).click();
    await expect(page.getByText("This board has a room of that name.")).toBeVisible();
    await expect(page.getByLabel("Name")).toHaveValue("general");
    await expect(page.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("What is it for?")).toHaveValue("A second try");
    await expect(page.getByLabel(/Private/)).toBeChecked();

    await page.getByLabel("Name").fill("general 2");
    await page.getByRole("button", { name: "Make the room" }).click();
    await expect(page.getByRole("heading", { name: "general 2" })).toBeVisible();
  });
});

test("a room is renamed, and deleted after a second look", async ({
  look,
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(ana, general, "Said before");
  const bos = await visit(bo, board.url);
  const anas = await visit(ana, `${general.url}settings/`);
  await anas.getByLabel("Name").fill("Town square");
  await anas.getByRole("button", { name: "Save" }).click();
  await expect(anas.getByRole("heading", { name: "Town square" })).toBeVisible();
  await expect(said(anas, "Said before")).toBeVisible();
  await look(bos);
  await expect(sidebar(bos).getByRole("link", { name: /Town square/ })).toBeVisible();

  await anas.getByRole("link", { name: "Settings of the room" }).click();
  await expect(anas.getByRole("button", { name: "Delete for good" })).toBeHidden();
  await anas.getByText("Delete…", { exact: true }).click();
  await anas.getByRole("button", { name: "Delete for good" }).click();
  await expect(anas.getByRole("heading", { name: "Your boards" })).toBeVisible();
  await look(bos);
  await expect(sidebar(bos).getByRole("link", { name: /Town square/ })).toBeHidden();
  expect((await bo.context.request.get(general.url)).status()).toBe(404);
});

test("a message stands on both screens once, though it was sent with two clicks", async ({
  look,
  pair: { ana, bo, board },
  room,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const bos = await visit(bo, general.url);
  const anas = await visit(ana, general.url);
  await composer(anas, "general").fill("Twice?");
  await anas.getByRole("button", { name: "Send", exact: true }).dblclick();
  await send(anas, "general", "And once");
  await expect(said(anas, "And once")).toHaveCount(1);
  await look(bos);
  await expect(said(bos, "And once")).toHaveCount(1);
  for (const page of [anas, bos]) await expect(said(page, "Twice?")).toHaveCount(1);
});

test("Markdown is shown as it means: emphasis, code, a list, a quote, a link, a table", async ({
  pair: { ana, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(
    ana,
    general,
    "*soon* and `let x`\n\n```rust\nfn main() {}\n```\n\n- one\n- two\n\n> so be it",
  );
  await say(
    ana,
    general,
    "See https://example.com/plan\n\n| who | when |\n|---|---|\n| Ana | now |",
  );
  const messages = log(await visit(ana, general.url));
  await expect(messages.locator("em")).toHaveText("soon");
  await expect(messages.locator("code").first()).toHaveText("let x");
  await expect(messages.locator("pre code")).toContainText("fn main() {}");
  await expect(messages.locator("pre code span").first()).toBeVisible();
  await expect(messages.locator(".prose li")).toHaveText(["one", "two"]);
  await expect(messages.locator("blockquote")).toHaveText("so be it");
  await expect(messages.getByRole("link", { name: "https://example.com/plan" })).toHaveAttribute(
    "href",
    "https://example.com/plan",
  );
  await expect(messages.getByRole("cell", { name: "now" })).toBeVisible();
});

test("one's own message is deleted and leaves a tombstone; for others' there is no button", async ({
  look,
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(ana, general, "Keep this");
  await say(bo, general, "Forget this");
  const anas = await visit(ana, general.url);
  const bos = await visit(bo, general.url);
  const possible = await actions(bos, "Keep this");
  await expect(possible.getByRole("button", { name: "Pin" })).toBeVisible();
  await expect(possible.getByRole("button", { name: /^(Delete|Edit|Save)/ })).toHaveCount(0);
  await visit(bo, general.url);
  await remove(bos, "Forget this");
  await expect(said(bos, "This message was deleted.")).toBeVisible();
  await expect(said(bos, "Forget this")).toHaveCount(0);
  await look(anas);
  await expect(said(anas, "This message was deleted.")).toBeVisible();
  await expect(said(anas, "Forget this")).toHaveCount(0);
  await expect(said(anas, "Keep this")).toBeVisible();
});

test.describe("a message that is too long", () => {
  test.use({ expectedConsole: /status of 422/ });

  test("is refused with its length, and the text stays", async ({
    pair: { ana, board },
    room,
    visit,
  }) => {
    const page = await visit(ana, (await room(ana, board, "general")).url);
    const text = "a".repeat(10_001);
    await send(page, "general", text);
    await expect(page.getByRole("alert")).toContainText("10001");
    await expect(composer(page, "general")).toHaveValue(text);
    await send(page, "general", "Short");
    await expect(said(page, "Short")).toBeVisible();
  });
});

test("older messages are one step away, page by page", async ({
  pair: { ana, board },
  room,
  say,
  scripts,
  visit,
}) => {
  const general = await room(ana, board, "general");
  for (let n = 1; n <= 101; n++) await say(ana, general, `Message ${n}`);
  const page = await visit(ana, general.url);
  await expect(said(page, "Message 101")).toBeInViewport();
  await expect(said(page, "Message 52")).toHaveCount(1);
  await expect(said(page, "Message 51")).toHaveCount(0);

  if (scripts) {
    await scrollUpTo(page, "Message 51");
    await expect(said(page, "Message 52"), "what was read has not moved away").toBeInViewport();
    await scrollUpTo(page, "Message 1");
    await expect(page.getByRole("link", { name: "Older messages" })).toHaveCount(0);
    await expect(said(page, "Message 101")).toHaveCount(1);
  } else {
    await page.getByRole("link", { name: "Older messages" }).click();
    await expect(said(page, "Message 51")).toBeVisible();
    await expect(said(page, "Message 52")).toHaveCount(0);
    await page.getByRole("link", { name: "Older messages" }).click();
    await expect(said(page, "Message 1")).toBeVisible();
    await page.getByRole("link", { name: "To the newest messages" }).click();
    await expect(said(page, "Message 101")).toBeVisible();
  }

  async function scrollUpTo(page: Page, text: string): Promise<void> {
    await log(page).hover();
    await expect(async () => {
      await page.mouse.wheel(0, -600);
      await expect(said(page, text)).toBeInViewport({ timeout: 100 });
    }).toPass();
  }
});

test("a viewer reads a room and has no field to write in", async ({
  board,
  person,
  room,
  say,
  visit,
}) => {
  const [ana, cy] = [await person("Ana"), await person("Cy")];
  const theirs = await board(ana, [cy, "viewer"]);
  const general = await room(ana, theirs, "general");
  await say(ana, general, "For everybody to read");
  const page = await visit(cy, general.url);
  await expect(said(page, "For everybody to read")).toBeVisible();
  await expect(page.getByText("You can read here, not write.")).toBeVisible();
  await expect(composer(page, "general")).toHaveCount(0);
});

test("the page of a crowded room comes with the first of its members and leads to all", async ({
  hydrated,
  javaScriptEnabled,
  newContext,
}) => {
  const server = await Server.start("seed --users 40 --messages 3 --prefix many --password boardwalk");
  const page = await (await newContext()).newPage();
  const form = { username: "many0", password: "boardwalk" };
  await page.request.post(`${server.url}/accounts/login/`, { form });
  await page.goto(`${server.url}/messaging/room/1/`);
  await hydrated(page);
  await page.getByRole("button", { name: /show the members/ }).click();
  const more = members(page).getByRole("link", { name: "More members" });
  if (javaScriptEnabled) {
    await expect(members(page).getByRole("listitem")).toHaveCount(40);
    await expect(more).toBeHidden();
  } else {
    await expect(members(page).getByRole("listitem")).toHaveCount(30);
    await more.click();
  }
  await expect(page.getByText("@many9", { exact: true })).toBeVisible();
  await page.context().close();
  await server.stop();
});
