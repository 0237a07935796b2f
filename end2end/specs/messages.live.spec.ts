// Messages and comments as one works with them by mouse, keys and touch, while others do the same.
import { expect, type Page, type Person, type Room, test } from "../scenes.ts";
import { actions, chip, composer, edit, log, nothingUnread, react, remove, row, said, thread, unread } from "../screen.ts";

test.describe("two people in a room", () => {
  let general: Room;
  let ana: Person;
  let bo: Person;

  test.beforeEach(async ({ pair, room }) => {
    ({ ana, bo } = pair);
    general = await room(ana, pair.board, "General");
  });

  test("arrow-up in an empty field edits one's last message; Enter saves, and one goes on writing", async ({
    say,
    visit,
  }) => {
    await say(ana, general, "First");
    await say(ana, general, "Secnod");
    await say(bo, general, "Somebody else's");
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await composer(anas, "General").press("ArrowUp");
    const field = anas.getByLabel("Edit the message");
    await expect(field).toBeFocused();
    await expect(field).toHaveValue("Secnod");
    await field.fill("Second");
    await field.press("Enter");
    await expect(field).toHaveCount(0);
    await expect(composer(anas, "General")).toBeFocused();
    for (const page of [anas, bos]) {
      await expect(log(page).locator(".message-text")).toHaveText([
        "First",
        "Second",
        "Somebody else's",
      ]);
    }
    await composer(anas, "General").press("ArrowUp");
    await field.fill("Never mind");
    await field.press("Escape");
    await expect(field).toHaveCount(0);
    await expect(said(anas, "Second")).toBeVisible();
  });

  test("an edit that was not saved is there again, until it is given up", async ({ say, visit }) => {
    await say(ana, general, "A story");
    const page = await visit(ana, general.url);
    const field = page.getByLabel("Edit the message");
    await composer(page, "General").press("ArrowUp");
    await field.fill("A story, told anew");
    await visit(ana, general.url);
    await composer(page, "General").press("ArrowUp");
    await expect(field).toHaveValue("A story, told anew");
    await field.press("Escape");
    await composer(page, "General").press("ArrowUp");
    await expect(field).toHaveValue("A story");
  });

  test("the menu of a message has the focus while it is open, and gives it back", async ({
    say,
    visit,
  }) => {
    await say(bo, general, "Hello");
    const page = await visit(ana, general.url);
    const more = row(page, "Hello").getByRole("button", { name: "More…" });
    const menu = page.getByRole("dialog", { name: "Actions" });
    const choice = (name: string) => menu.getByRole("button", { name });
    for (const open of [() => more.click(), () => more.press("Enter")]) {
      await row(page, "Hello").hover();
      await open();
      await expect(choice("React…")).toBeFocused();
      await page.keyboard.press("ArrowDown");
      await expect(choice("Reply")).toBeFocused();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowUp");
      await expect(choice("Delete")).toBeFocused();
      await page.keyboard.press("Escape");
      await expect(menu).toHaveCount(0);
      await expect(more).toBeFocused();
    }
  });

  test("a thread whose first message is deleted takes no more replies, and says so", async ({
    post,
    say,
    visit,
  }) => {
    const id = await say(ana, general, "Who comes?");
    await post(bo, `/messaging/message/${id}/replies/`, { content: "Me" });
    const page = await visit(bo, `${general.url}?thread=${id}`);
    const field = thread(page).getByLabel("Reply in this thread");
    const words = thread(page).getByText("The message that began this thread was deleted.");
    await field.fill("And my brother");
    await post(ana, `/messaging/message/${id}/delete/`, {});
    await expect(words).toBeVisible();
    await expect(field).toHaveCount(0);
    await expect(said(page, "Me")).toBeVisible();
    await visit(bo, `${general.url}?thread=${id}`);
    await expect(words).toBeVisible();
    await post(ana, `/messaging/message/${id}/restore/`, {});
    await expect(field).toBeVisible();
  });

  test("what it said before is shown to those who may read it, and not after a deletion", async ({
    say,
    visit,
  }) => {
    await say(ana, general, "At eight");
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await edit(anas, "At eight", "At nine");
    await row(bos, "At nine").getByText("edited", { exact: true }).click();
    const versions = bos.getByRole("dialog", { name: "What it said before" });
    await expect(versions.locator(".version .prose")).toHaveText(["At nine", "At eight"]);
    await bos.keyboard.press("Escape");
    await expect(versions).toHaveCount(0);
    await remove(anas, "At nine");
    await expect(said(bos, "This message was deleted.")).toBeVisible();
    await expect(bos.getByText("edited", { exact: true })).toHaveCount(0);
  });

  test("what is typed into an edit outlives what happens to the message meanwhile", async ({
    post,
    say,
    visit,
  }) => {
    const id = await say(bo, general, "A long story");
    const bos = await visit(bo, general.url);
    await (await actions(bos, "A long story")).getByRole("button", { name: "Edit" }).click();
    const field = bos.getByLabel("Edit the message");
    await field.fill("A long story, told anew");
    await post(ana, `/messaging/message/${id}/react/`, { emoji: "👍" });
    await expect(chip(bos, "A long story", "👍")).toBeVisible();
    await expect(field).toHaveValue("A long story, told anew");
    await post(ana, `/messaging/message/${id}/delete/`, {});
    await expect(said(bos, "This message was deleted.")).toBeVisible();
    await expect(field).toHaveValue("A long story, told anew");
  });

  test("the keys go through the messages and to what one can do with them", async ({
    say,
    visit,
  }) => {
    for (const text of ["One", "Two", "Three"]) await say(ana, general, text);
    const page = await visit(ana, general.url);
    await log(page).focus();
    await page.keyboard.press("k");
    await expect(row(page, "Three")).toBeFocused();
    await page.keyboard.press("k");
    await expect(row(page, "Two")).toBeFocused();
    await page.keyboard.press("j");
    await expect(row(page, "Three")).toBeFocused();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Tab");
    await expect(row(page, "Two").getByRole("button", { name: "React…" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(row(page, "Two")).toBeFocused();
    await page.keyboard.press("e");
    await expect(page.getByLabel("Edit the message")).toHaveValue("Two");
    await page.keyboard.press("Escape");
    await expect(row(page, "Two"), "the focus is where it was").toBeFocused();
  });

  test("an emoji is found by its name and taken with the keys; the ones used last come first", async ({
    say,
    visit,
  }) => {
    await say(ana, general, "The hall is booked");
    const page = await visit(ana, general.url);
    await (await actions(page, "The hall is booked")).getByRole("button", { name: "React…" }).click();
    const search = page.getByLabel("Search for an emoji");
    await expect(search).toBeFocused();
    await search.fill("party");
    await expect(page.locator("#emoji-chosen")).toBeVisible();
    await search.fill("tada");
    await expect(page.locator("#emoji-chosen")).toHaveText("🎉");
    await search.press("Enter");
    await expect(chip(page, "The hall is booked", "🎉")).toHaveText(/1/);
    await expect(search).toHaveCount(0);

    await page.getByRole("button", { name: "Emoji", exact: true }).click();
    await expect(page.locator("#emoji-chosen")).toHaveText("🎉");
    await search.press("ArrowRight");
    await search.press("Enter");
    await expect(composer(page, "General")).toBeFocused();
    await expect(composer(page, "General")).toHaveValue("👍");
  });

  test("the name of an emoji becomes the emoji, from the list or by its last colon", async ({
    visit,
  }) => {
    const page = await visit(ana, general.url);
    const field = composer(page, "General");
    await field.pressSequentially("Done :tad");
    const list = page.getByRole("listbox", { name: "Emoji" });
    await expect(list.getByRole("option").first()).toContainText(":tada:");
    await field.press("Enter");
    await expect(field).toHaveValue("Done 🎉");
    await field.pressSequentially(" and :+1:");
    await expect(field).toHaveValue("Done 🎉 and 👍");
    await field.pressSequentially(" at 10:30");
    await expect(list).toHaveCount(0);
    await field.press("Enter");
    await expect(said(page, "Done 🎉 and 👍 at 10:30")).toBeVisible();
  });

  test("replies come to the open thread and are counted in the room as they are written", async ({
    post,
    say,
    visit,
  }) => {
    const id = await say(ana, general, "Who comes along?");
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await row(bos, "Who comes along?").hover();
    await row(bos, "Who comes along?").getByRole("button", { name: "Reply" }).click();
    const field = thread(bos).getByLabel("Reply in this thread");
    await field.fill("I do");
    await field.press("Enter");
    await expect(thread(bos).getByText("I do", { exact: true })).toHaveCount(1);
    await row(anas, "Who comes along?").getByRole("link", { name: /1 reply/ }).click();
    await expect(thread(anas)).toBeFocused();
    const reply = await post(ana, `/messaging/message/${id}/replies/`, { content: "So do I" });
    await expect(thread(bos).getByText("So do I", { exact: true })).toHaveCount(1);
    await expect(row(bos, "Who comes along?").first().getByRole("link", { name: /2 replies/ })).toBeVisible();
    await post(ana, `/messaging/message/${reply.id}/edit/`, { content: "So do I, with two more" });
    await expect(thread(bos).getByText("So do I, with two more")).toBeVisible();
    await post(ana, `/messaging/message/${id}/edit/`, { content: "Who comes along on Friday?" });
    await expect(bos.locator(".thread-root")).toContainText("Who comes along on Friday?");
    await expect(log(bos).first().locator(".message-text"), "the room has the first message alone").toHaveText([
      "Who comes along on Friday?",
    ]);
    await thread(anas).press("Escape");
    await expect(thread(anas)).toHaveCount(0);
    await expect(anas).toHaveURL(general.url);
    await expect(row(anas, "Who comes along on Friday?")).toBeFocused();
  });

  test("a quote in this list leads there without leaving the page", async ({ post, say, visit }) => {
    const id = await say(ana, general, "The beginning");
    for (let n = 1; n <= 40; n++) await say(ana, general, `Message ${n}`);
    await post(ana, `${general.url}send/`, { content: "As was said", quote: `${id}` });
    const page = await visit(bo, general.url);
    await expect(said(page, "As was said")).toBeInViewport();
    await expect(row(page, "The beginning")).not.toBeInViewport();
    await row(page, "As was said").getByRole("link", { name: /The beginning/ }).click();
    await expect(row(page, "The beginning")).toBeInViewport();
    await expect(row(page, "The beginning")).toBeFocused();
    await expect(page).toHaveURL(general.url);
  });

  test("from a message on everything is unread again", async ({ post, say, visit }) => {
    await post(bo, `${general.url}join/`, {});
    for (const text of ["One", "Two", "Three"]) await say(ana, general, text);
    const page = await visit(bo, general.url);
    await expect(nothingUnread(page, "General")).toBeVisible();
    await (await actions(page, "Two")).getByRole("button", { name: "Mark unread from here" }).click();
    await expect(unread(page, "General", 2)).toBeVisible();
    await expect(log(page).locator(".unread-line + li")).toContainText("Two");
  });

  test("the link of a message goes to the clipboard", async ({ say, server, visit }) => {
    const id = await say(ana, general, "Read this");
    await bo.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await visit(bo, general.url);
    await (await actions(page, "Read this")).getByRole("button", { name: "Copy link" }).click();
    await expect(page.getByText("Link copied.")).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(`${server.url}/messaging/message/${id}/`);
  });

  test("an emoji under a message is there at once, and on the other's screen", async ({
    say,
    visit,
  }) => {
    await say(ana, general, "The hall is booked");
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await react(anas, "The hall is booked", "👍");
    await expect(chip(bos, "The hall is booked", "👍")).toHaveText(/1/);
    await chip(bos, "The hall is booked", "👍").click();
    for (const page of [anas, bos]) await expect(chip(page, "The hall is booked", "👍")).toHaveText(/2/);
  });
});

test.describe("a request that is refused", () => {
  test.use({ expectedConsole: /status of (409|422)/ });

  test("an edit that is refused says why and keeps the text; the next try saves it", async ({
    pair: { ana, board },
    room,
    say,
    visit,
  }) => {
    const general = await room(ana, board, "General");
    await say(ana, general, "Before");
    const page = await visit(ana, general.url);
    const json = { code: "invalid", message: "Not with that word.", field: "content" };
    await page.route("**/api/edit_message", (route) => route.fulfill({ status: 422, json }));
    await edit(page, "Before", "After");
    await expect(log(page).getByRole("alert")).toHaveText("Not saved. Not with that word.");
    await expect(page.getByLabel("Edit the message")).toHaveValue("After");
    await page.unroute("**/api/edit_message");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(said(page, "After")).toBeVisible();
  });

  test("an emoji that is refused goes away again, and it is said why", async ({
    pair: { ana, board },
    room,
    say,
    visit,
  }) => {
    const general = await room(ana, board, "General");
    await say(ana, general, "The hall is booked");
    const page = await visit(ana, general.url);
    const json = { code: "conflict", message: "This message was deleted meanwhile." };
    await page.route("**/api/react", (route) => route.fulfill({ status: 409, json }));
    await react(page, "The hall is booked", "👍");
    await expect(page.getByRole("alert")).toContainText("This message was deleted meanwhile.");
    await expect(chip(page, "The hall is booked", "👍")).toHaveCount(0);
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("a touch opens everything that one can do with a message", async ({
    browser,
    pair: { ana, board },
    room,
    say,
    server,
  }) => {
    const general = await room(ana, board, "General");
    await say(ana, general, "Touch me");
    const context = await browser.newContext({
      ...test.info().project.use,
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      baseURL: server.url,
      storageState: await ana.context.storageState(),
    });
    const page: Page = await context.newPage();
    await page.goto(general.url);
    await page.locator("html[data-hydrated]").waitFor();
    await row(page, "Touch me").getByRole("link", { name: "Actions…" }).tap();
    await page.getByRole("dialog", { name: "Actions" }).getByRole("button", { name: "Pin" }).tap();
    await expect(row(page, "Touch me")).toContainText("Pinned by Ana");
    await row(page, "Touch me").getByRole("link", { name: "Actions…" }).tap();
    await page.getByRole("dialog", { name: "Actions" }).getByRole("button", { name: "Reply" }).tap();
    await expect(thread(page).getByLabel("Reply in this thread")).toBeInViewport();
    await context.close();
  });
});
