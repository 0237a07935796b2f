// What one does with messages and comments, with scripts and without.
import { type Board, expect, type Page, type Person, type Place, test } from "../scenes.ts";
import { actions, chip, composer, edit, log, react, remove, row, said, thread } from "../screen.ts";

for (const where of ["room", "task"] as const) {
  test.describe(`in a ${where}`, () => {
    let place: Place;
    let ana: Person;
    let bo: Person;
    let board: Board;

    test.beforeEach(async ({ pair, room, task }) => {
      ({ ana, bo, board } = pair);
      const general = await room(ana, board, "General");
      place =
        where === "room"
          ? { url: general.url, post: `${general.url}send/` }
          : await task(ana, board, "Book the hall");
    });

    test("an edited message says its new text, and that it was edited, to everybody", async ({
      look,
      post,
      visit,
    }) => {
      await post(ana, place.post, { content: "Meet at nin" });
      const bos = await visit(bo, place.url);
      await expect(said(bos, "Meet at nin")).toBeVisible();
      const anas = await visit(ana, place.url);
      await edit(anas, "Meet at nin", "Meet at nine");
      await look(bos);
      for (const page of [anas, bos]) {
        await expect(said(page, "Meet at nine")).toBeVisible();
        await expect(row(page, "Meet at nine").getByText("edited", { exact: true })).toBeVisible();
        await expect(said(page, "Meet at nin")).toHaveCount(0);
      }
    });

    test("a deletion can be undone at once", async ({ look, post, scripts, visit }) => {
      await post(ana, place.post, { content: "Not so fast" });
      const [anas, bos] = [await visit(ana, place.url), await visit(bo, place.url)];
      await remove(anas, "Not so fast");
      await expect(said(anas, "This message was deleted.")).toBeVisible();
      await look(bos);
      await expect(said(bos, "This message was deleted.")).toBeVisible();
      await anas.getByRole("button", { name: scripts ? "Undo" : "Undo the deletion" }).click();
      await expect(said(anas, "Not so fast")).toBeVisible();
      await look(bos);
      await expect(said(bos, "Not so fast")).toBeVisible();
    });

    test("who runs the board deletes others' messages; nobody edits them", async ({
      post,
      visit,
    }) => {
      await post(bo, place.post, { content: "Spam" });
      const anas = await visit(ana, place.url);
      const possible = await actions(anas, "Spam");
      await expect(possible.getByRole("button", { name: /^(Edit|Save)$/ })).toHaveCount(0);
      await possible.getByRole("button", { name: /^Delete/ }).click();
      await expect(said(anas, "This message was deleted.")).toBeVisible();
    });

    test("an emoji is put under a message, joined by another, and taken back", async ({
      look,
      post,
      visit,
    }) => {
      await post(ana, place.post, { content: "The hall is booked" });
      const [anas, bos] = [await visit(ana, place.url), await visit(bo, place.url)];
      await react(anas, "The hall is booked", "🎉");
      await expect(chip(anas, "The hall is booked", "🎉")).toHaveText(/1/);
      await expect(chip(anas, "The hall is booked", "🎉")).toHaveAttribute("aria-pressed", "true");
      await look(bos);
      await expect(chip(bos, "The hall is booked", "🎉")).toHaveAttribute("aria-pressed", "false");
      await expect(chip(bos, "The hall is booked", "🎉")).toHaveAttribute("title", "Ana");
      await chip(bos, "The hall is booked", "🎉").click();
      await expect(chip(bos, "The hall is booked", "🎉")).toHaveText(/2/);
      await expect(chip(bos, "The hall is booked", "🎉")).toHaveAttribute("title", "you and Ana");
      await look(anas);
      await expect(chip(anas, "The hall is booked", "🎉")).toHaveText(/2/);
      await chip(anas, "The hall is booked", "🎉").click();
      await expect(chip(anas, "The hall is booked", "🎉")).toHaveText(/1/);
      await look(bos);
      await chip(bos, "The hall is booked", "🎉").click();
      await expect(chip(bos, "The hall is booked", "🎉")).toHaveCount(0);
    });

    test("a message quotes another, whose words stay true", async ({ look, post, visit }) => {
      await post(ana, place.post, { content: "Who brings *chairs*?" });
      const anas = await visit(ana, place.url);
      const bos = await visit(bo, place.url);
      await quote(bos, "Who brings chairs?");
      await write(bos, "I do");
      await look(anas);
      for (const page of [bos, anas]) {
        await expect(row(page, "I do").locator(".message-quote")).toHaveText(
          /Ana\s+Who brings chairs\?/,
        );
      }
      await edit(anas, "Who brings chairs?", "Who brings tables?");
      await look(bos);
      for (const page of [bos, anas]) {
        await expect(row(page, "I do").locator(".message-quote")).toHaveText(
          /Ana\s+Who brings tables\?/,
        );
      }
    });

    test("what is pinned is found in the list of pins by everybody, until the pin is taken off", async ({
      look,
      post,
      visit,
    }) => {
      await post(ana, place.post, { content: "The code of the door is 1234" });
      const [anas, bos] = [await visit(ana, place.url), await visit(bo, place.url)];
      await (await actions(anas, "The code of the door")).getByRole("button", { name: "Pin" }).click();
      await look(bos);
      for (const page of [anas, bos]) {
        await expect(row(page, "The code of the door")).toContainText("Pinned by Ana");
      }
      await bos.getByRole("link", { name: /^Pinned/ }).click();
      const pins = bos.getByRole("region", { name: "Pinned" });
      await expect(pins.getByText("The code of the door is 1234")).toBeVisible();
      await pins.getByRole("button", { name: "Unpin" }).click();
      await expect(row(bos, "The code of the door")).not.toContainText("Pinned by");
      await look(anas);
      await expect(row(anas, "The code of the door")).not.toContainText("Pinned by");
    });

    test("the address of a message leads to it, wherever it stands", async ({
      post,
      server,
      visit,
    }) => {
      const { id } = await post(ana, place.post, { content: "Find me" });
      for (let n = 1; n <= 60; n++) await post(ana, place.post, { content: `Later ${n}` });
      const page = await visit(bo, `${server.url}/messaging/message/${id}/`);
      await expect(said(page, "Find me")).toBeInViewport();
      await expect(row(page, "Find me")).toHaveClass(/message-named/);
    });

    /** Writes in the field below the list and posts it. */
    async function write(page: Page, text: string): Promise<void> {
      const field = where === "room" ? composer(page, "General") : page.getByLabel("Write a comment", { exact: true });
      await field.fill(text);
      await page.getByRole("button", { name: where === "room" ? "Send" : "Post", exact: true }).click();
    }
  });
}

/** Begins a message that quotes another. */
async function quote(page: Page, text: string): Promise<void> {
  await (await actions(page, text)).getByText("Quote", { exact: true }).click();
  await expect(page.locator(".composer-quote")).toBeVisible();
}

test("a thread stands beside its room, at an address of its own", async ({
  look,
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "General");
  const id = await say(ana, general, "Who comes along?");
  await say(ana, general, "And now to something else");
  const bos = await visit(bo, general.url);
  await (await actions(bos, "Who comes along?")).getByText("Reply", { exact: true }).click();
  await expect(bos).toHaveURL(new RegExp(`${general.url}\\?thread=${id}`));
  const field = thread(bos).getByLabel("Reply in this thread");
  await field.fill("I do");
  await thread(bos).getByRole("button", { name: "Send", exact: true }).click();
  await expect(thread(bos).getByText("I do", { exact: true })).toHaveCount(1);
  await expect(thread(bos).getByText("Who comes along?")).toBeVisible();
  await expect(log(bos).first().getByText("I do", { exact: true })).toHaveCount(0);

  const anas = await visit(ana, general.url);
  await look(anas);
  await log(anas).getByRole("link", { name: /1 reply/ }).click();
  await expect(thread(anas).getByText("I do", { exact: true })).toBeVisible();
  await anas.reload();
  await expect(thread(anas).getByText("I do", { exact: true })).toBeVisible();
  await thread(anas).getByRole("link", { name: "Close" }).click();
  await expect(thread(anas)).toHaveCount(0);
  await anas.goBack();
  await expect(thread(anas)).toBeVisible();
});

test("one is told of replies in a thread or not, as one likes", async ({
  look,
  pair: { ana, bo, board },
  post,
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "General");
  const id = await say(ana, general, "Who comes along?");
  await post(bo, `/messaging/message/${id}/replies/`, { content: "I do" });
  const page = await visit(bo, `${general.url}?thread=${id}`);
  await expect(thread(page).getByText("You are told of replies.")).toBeVisible();
  await thread(page).getByRole("button", { name: "Unwatch" }).click();
  await expect(thread(page).getByText("You are not told of replies.")).toBeVisible();
  await look(page);
  await thread(page).getByRole("button", { name: "Watch" }).click();
  await expect(thread(page).getByText("You are told of replies.")).toBeVisible();
});

test("a room is cleared after a second look, on every screen", async ({
  look,
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "General");
  await say(bo, general, "All of this goes");
  const bos = await visit(bo, general.url);
  await expect(said(bos, "All of this goes")).toBeVisible();
  const anas = await visit(ana, `${general.url}settings/`);
  await expect(anas.getByRole("button", { name: "Clear for good" })).toBeHidden();
  await anas.getByText("Clear…", { exact: true }).click();
  await anas.getByRole("button", { name: "Clear for good" }).click();
  await expect(anas.getByText("Nothing said yet")).toBeVisible();
  await look(bos);
  await expect(bos.getByText("Nothing said yet")).toBeVisible();
  await expect(said(bos, "All of this goes")).toHaveCount(0);
});
