// Rooms as they happen: sending, failing, typing, presence, being removed, being away.
import type { Page, Person, Room } from "../scenes.ts";
import { expect, test } from "../scenes.ts";
import {
  comment,
  commenting,
  composer,
  log,
  members,
  remove,
  row,
  said,
  send,
  sidebar,
  unread,
} from "../screen.ts";
import { Wire } from "../wire.ts";

test.describe("two people in a room", () => {
  let general: Room;
  let ana: Person;
  let bo: Person;

  test.beforeEach(async ({ pair, room }) => {
    ({ ana, bo } = pair);
    general = await room(ana, pair.board, "general");
  });

  test("a message is there at once as sending, and then as sent on both screens", async ({
    visit,
  }) => {
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    const held = await hold(anas, "**/api/post_message");
    await composer(anas, "general").fill("On its way");
    await composer(anas, "general").press("Enter");
    await expect(row(anas, "On its way")).toContainText("Sending…");
    await expect(composer(anas, "general")).toHaveValue("");
    await expect(said(bos, "On its way")).toHaveCount(0);
    held.release();
    await expect(row(anas, "On its way")).not.toContainText("Sending…");
    await expect(row(anas, "On its way")).toHaveAttribute("id", /^m\d+$/);
    await expect(said(bos, "On its way")).toHaveCount(1);
    await expect(said(anas, "On its way")).toHaveCount(1);
  });

  test("Enter pressed twice sends once", async ({ visit }) => {
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await composer(anas, "general").fill("Once");
    await anas.keyboard.press("Enter");
    await anas.keyboard.press("Enter");
    await send(anas, "general", "Then this");
    await expect(said(bos, "Then this")).toHaveCount(1);
    for (const page of [anas, bos]) await expect(said(page, "Once")).toHaveCount(1);
  });

  test("messages sent in quick succession keep their order", async ({ visit }) => {
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    const texts = ["One", "Two", "Three", "Four", "Five"];
    for (const text of texts) {
      await composer(anas, "general").fill(text);
      await anas.keyboard.press("Enter");
    }
    for (const page of [anas, bos])
      await expect(log(page).locator(".message-text")).toHaveText(texts);
  });

  test("Shift and Enter begins a line, and Enter alone sends both", async ({ visit }) => {
    const page = await visit(ana, general.url);
    await composer(page, "general").pressSequentially("First");
    await page.keyboard.press("Shift+Enter");
    await composer(page, "general").pressSequentially("second");
    await page.keyboard.press("Enter");
    await expect(row(page, "First").locator("p", { hasText: "second" })).toHaveText(
      /First\s*second/,
    );
    await expect(row(page, "First").locator("br")).toHaveCount(1);
  });

  test("a message is deleted on both screens", async ({ say, visit }) => {
    await say(ana, general, "Gone soon");
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await expect(said(bos, "Gone soon")).toBeVisible();
    await remove(anas, "Gone soon");
    for (const page of [anas, bos]) {
      await expect(said(page, "This message was deleted.")).toBeVisible();
      await expect(said(page, "Gone soon")).toHaveCount(0);
    }
  });

  test("who types is said while they type, and no longer when they have emptied the field or sent", async ({
    visit,
  }) => {
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await expect(bos.getByRole("button", { name: /^2 here/ })).toBeVisible();
    await composer(anas, "general").pressSequentially("Hm");
    await expect(bos.getByText("Ana is typing")).toBeVisible();
    await expect(anas.getByText("Ana is typing")).toBeHidden();
    await composer(anas, "general").fill("");
    await expect(bos.getByText("Ana is typing")).toBeHidden();
    await composer(anas, "general").pressSequentially("Now");
    await expect(bos.getByText("Ana is typing")).toBeVisible();
    await anas.keyboard.press("Enter");
    await expect(said(bos, "Now")).toBeVisible();
    await expect(bos.getByText("Ana is typing")).toBeHidden();
  });

  test("who is here is shown as people come and go, and a second tab is not a second person", async ({
    visit,
  }) => {
    const anas = await visit(ana, general.url);
    await expect(anas.getByRole("button", { name: /^1 here/ })).toBeVisible();
    const bos = await visit(bo, general.url);
    await expect(anas.getByRole("button", { name: /^2 here/ })).toBeVisible();
    const second = await bo.context.newPage();
    await second.goto(general.url);
    await expect(second.getByRole("button", { name: /^2 here/ })).toBeVisible();
    await anas.getByRole("button", { name: /^2 here/ }).click();
    const panel = members(anas);
    await expect(panel.getByRole("listitem").filter({ hasText: bo.username })).toContainText(
      "here",
    );
    await bos.close();
    await second.close();
    await expect(panel.getByText(bo.username)).toBeHidden();
    await expect(panel.getByRole("listitem").filter({ hasText: ana.username })).toContainText(
      "here",
    );
  });

  test("who posts joins, and the others see it", async ({ visit }) => {
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await anas.getByRole("button", { name: /show the members/ }).click();
    const panel = members(anas);
    await expect(panel.getByRole("heading", { name: "Reading along" })).toBeVisible();
    await expect(bos.getByRole("main").getByRole("button", { name: "Join" })).toBeVisible();
    await send(bos, "general", "Hello");
    await expect(bos.getByRole("main").getByRole("button", { name: "Join" })).toBeHidden();
    await expect(panel.getByRole("heading", { name: "Reading along" })).toBeHidden();
    await expect(panel.getByText(`@${bo.username}`)).toBeVisible();
  });

  test("a room that is elsewhere counts what is unread there, and reading it clears the count", async ({
    post,
    say,
    visit,
  }) => {
    await post(bo, `${general.url}join/`, {});
    const bos = await visit(bo, "/accounts/");
    await sidebar(bos).getByRole("link", { name: "Ana's board" }).click();
    await expect(sidebar(bos).getByRole("link", { name: "general", exact: true })).toBeVisible();
    await say(ana, general, "One");
    await expect(unread(bos, "general", 1)).toBeVisible();
    await say(ana, general, "Two");
    await expect(unread(bos, "general", 2)).toBeVisible();
    await unread(bos, "general", 2).click();
    await expect(said(bos, "Two")).toBeVisible();
    await expect(sidebar(bos).getByRole("link", { name: "general", exact: true })).toBeVisible();
  });

  test("a room that is deleted while it is open says so", async ({ post, visit }) => {
    const bos = await visit(bo, general.url);
    await post(ana, `${general.url}delete/`, {});
    await expect(bos.getByRole("alert")).toBeVisible();
    await expect(composer(bos, "general")).toHaveCount(0);
    await expect(sidebar(bos).getByRole("link", { name: "general", exact: true })).toBeHidden();
  });

  test("while one reads above, new messages wait below a button that leads to them", async ({
    say,
    visit,
  }) => {
    for (let n = 1; n <= 40; n++) await say(ana, general, `Message ${n}`);
    const bos = await visit(bo, general.url);
    await expect(said(bos, "Message 40")).toBeInViewport();
    await log(bos).hover();
    await expect(async () => {
      await bos.mouse.wheel(0, -600);
      await expect(said(bos, "Message 1")).toBeInViewport({ timeout: 100 });
    }).toPass();
    await composer(bos, "general").fill("So much\n\n\n\n\n\n\n\nto say");
    await say(ana, general, "News");
    const [pill, foot] = [
      await bos.getByRole("button", { name: "1 new message" }).boundingBox(),
      await bos.locator(".conversation-foot").boundingBox(),
    ];
    expect(pill!.y + pill!.height).toBeLessThanOrEqual(foot!.y);
    await bos.getByRole("button", { name: "1 new message" }).click();
    await expect(said(bos, "News")).toBeInViewport();
    await expect(bos.getByRole("button", { name: "1 new message" })).toBeHidden();
  });

  test("what was being written is still there after a reload", async ({ hydrated, visit }) => {
    const page = await visit(ana, general.url);
    await composer(page, "general").pressSequentially("Half a thought");
    await page.reload();
    await hydrated(page);
    await expect(composer(page, "general")).toHaveValue("Half a thought");
  });

  test("after a connection that was lost and found, everything said meanwhile is there once and in order", async ({
    say,
    visit,
  }) => {
    const wire = await Wire.of(bo.page);
    const bos = await visit(bo, general.url);
    const anas = await visit(ana, general.url);
    await say(ana, general, "Before");
    await expect(said(bos, "Before")).toBeVisible();
    await wire.cut();
    await say(ana, general, "Meanwhile 1");
    await say(ana, general, "Meanwhile 2");
    await expect(said(anas, "Meanwhile 2")).toBeVisible();
    await expect(bos.getByText("Connection lost. Reconnecting…")).toBeVisible();
    await expect(said(bos, "Meanwhile 1")).toHaveCount(0);
    await wire.mend();
    await expect(said(bos, "Meanwhile 2")).toBeVisible();
    await expect(bos.getByText("Connection lost. Reconnecting…")).toBeHidden();
    await say(ana, general, "After");
    await expect(log(bos).locator(".message-text")).toHaveText([
      "Before",
      "Meanwhile 1",
      "Meanwhile 2",
      "After",
    ]);
  });

  test.describe("whose network goes and comes back", () => {
    // Parts of the client may be on their way.
    test.use({ expectedConsole: /net::ERR_/ });

    test("brings what was said meanwhile", async ({
      say,
      visit,
    }) => {
      const bos = await visit(bo, general.url);
      await say(ana, general, "Before");
      await expect(said(bos, "Before")).toBeVisible();
      await bo.context.setOffline(true);
      for (const text of ["Meanwhile 1", "Meanwhile 2"]) await say(ana, general, text);
      await bo.context.setOffline(false);
      await say(ana, general, "After");
      await expect(log(bos).locator(".message-text")).toHaveText([
        "Before",
        "Meanwhile 1",
        "Meanwhile 2",
        "After",
      ]);
    });
  });

  test("what is written while the socket is away is sent all the same, and stands there once", async ({
    visit,
  }) => {
    const wire = await Wire.of(bo.page);
    const bos = await visit(bo, general.url);
    const anas = await visit(ana, general.url);
    await wire.cut();
    await expect(bos.getByText("Connection lost. Reconnecting…")).toBeVisible();
    await send(bos, "general", "By another way");
    await expect(said(anas, "By another way")).toBeVisible();
    await wire.mend();
    await expect(bos.getByText("Connection lost. Reconnecting…")).toBeHidden();
    await expect(said(bos, "By another way")).toHaveCount(1);
  });

  test("an event that was lost on the way is fetched when the next one comes", async ({
    say,
    visit,
  }) => {
    const wire = await Wire.of(bo.page);
    const bos = await visit(bo, general.url);
    await say(ana, general, "Arrives");
    await expect(said(bos, "Arrives")).toBeVisible();
    wire.lose("Lost on the way");
    await say(ana, general, "Lost on the way");
    await say(ana, general, "Next");
    await expect(log(bos).locator(".message-text")).toHaveText([
      "Arrives",
      "Lost on the way",
      "Next",
    ]);
  });
});

test.describe("a request that is refused", () => {
  test.use({ expectedConsole: /status of 422/ });

  test("a message that was refused says so; Retry sends it, once", async ({
    pair: { ana, bo, board },
    room,
    visit,
  }) => {
    const general = await room(ana, board, "general");
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await refusePosts(anas, "Not with that word.");
    await send(anas, "general", "Try me");
    await expect(row(anas, "Try me").getByRole("alert")).toContainText(
      "Not sent. Not with that word.",
    );
    await anas.unroute("**/api/post_message");
    await row(anas, "Try me").getByRole("button", { name: "Retry" }).click();
    await expect(said(bos, "Try me")).toHaveCount(1);
    await expect(row(anas, "Try me")).toHaveAttribute("id", /^m\d+$/);
    await expect(said(anas, "Try me")).toHaveCount(1);
    await anas.reload();
    await expect(said(anas, "Try me")).toHaveCount(1);
  });

  test("a message that was refused can be given up, and the next one goes out", async ({
    pair: { ana, bo, board },
    room,
    visit,
  }) => {
    const general = await room(ana, board, "general");
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await refusePosts(anas, "No.");
    await send(anas, "general", "Never mind");
    await row(anas, "Never mind").getByRole("button", { name: "Discard" }).click();
    await expect(said(anas, "Never mind")).toHaveCount(0);
    await anas.unroute("**/api/post_message");
    await send(anas, "general", "But this");
    await expect(log(bos).locator(".message-text")).toHaveText(["But this"]);
  });
});

test("who is removed from a private room loses the open page at once", async ({
  pair: { ana, bo, board },
  privateRoom,
  say,
  visit,
}) => {
  const secret = await privateRoom(ana, board, "Secret", bo);
  await say(ana, secret, "Between us");
  const bos = await visit(bo, secret.url);
  await expect(said(bos, "Between us")).toBeVisible();
  const anas = await visit(ana, `${secret.url}settings/`);
  await anas.getByRole("button", { name: "Remove Bo" }).click();
  await expect(bos.getByRole("alert")).toContainText(
    "You no longer have access to this conversation.",
  );
  await expect(said(bos, "Between us")).toHaveCount(0);
  await expect(composer(bos, "Secret")).toHaveCount(0);
  await expect(sidebar(bos).getByRole("link", { name: /Secret/ })).toBeHidden();
  expect((await bo.context.request.get(secret.url)).status()).toBe(404);
});

test.describe("the place that somebody is typing in goes away, and their page goes on", () => {
  test("a private room that they are taken out of", async ({
    pair: { ana, bo, board },
    post,
    privateRoom,
    visit,
  }) => {
    const secret = await privateRoom(ana, board, "Secret", bo);
    const bos = await visit(bo, secret.url);
    await composer(bos, "Secret").pressSequentially("Half a thought");
    await post(ana, `${secret.url}members/${bo.id}/remove/`, {});
    await goesOn(bos);
  });

  test("a board that they are taken off", async ({ pair: { ana, bo, board }, post, room, visit }) => {
    const general = await room(ana, board, "general");
    const bos = await visit(bo, general.url);
    await composer(bos, "general").pressSequentially("Half a thought");
    await post(ana, `/boards/${board.id}/members/${bo.id}/remove/`, {});
    await goesOn(bos);
  });

  test.describe("with what was asked of it on the way", () => {
    test.use({ expectedConsole: /status of 404/ });

    test("a room that is deleted", async ({ pair: { ana, bo, board }, post, room, visit }) => {
      const general = await room(ana, board, "general");
      const bos = await visit(bo, general.url);
      await composer(bos, "general").pressSequentially("Half a thought, @");
      await post(ana, `${general.url}delete/`, {});
      await goesOn(bos);
    });

    test("a task that is deleted", async ({ pair: { ana, bo, board }, post, task, visit }) => {
      const hall = await task(ana, board, "Book the hall");
      const bos = await visit(bo, hall.url);
      await commenting(bos).pressSequentially("Half a thought, @");
      await post(ana, `/tasks/${hall.id}/delete/`, {});
      await goesOn(bos);
    });
  });

  /** The field is gone, and the page's script still works. */
  async function goesOn(page: Page): Promise<void> {
    await expect(page.locator(".composer")).toHaveCount(0);
    await page.evaluate(() => Object.assign(window, { same: true }));
    await sidebar(page).getByRole("link", { name: /^Inbox/ }).click();
    await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
    expect(await page.evaluate(() => "same" in window)).toBe(true);
  }
});

test("who may write from now on gets the field and the tools at once, and loses them so", async ({
  board,
  person,
  post,
  room,
  say,
  task,
  visit,
}) => {
  const [ana, vera] = [await person("Ana"), await person("Vera")];
  const theirs = await board(ana, [vera, "viewer"]);
  const [general, hall] = [await room(ana, theirs, "general"), await task(ana, theirs, "Book the hall")];
  await say(ana, general, "Hello");
  const [page, other] = [await visit(vera, general.url), await vera.context.newPage()];
  await other.goto(hall.url);
  const become = (role: string) => post(ana, `/boards/${theirs.id}/members/${vera.id}/role/`, { role });
  const tools = row(page, "Hello").getByRole("button", { name: "Quote" });
  await expect(page.getByText("You can read here, not write.")).toBeVisible();
  await row(page, "Hello").hover();
  await expect(row(page, "Hello").getByRole("button", { name: "More…" })).toBeVisible();
  await expect(tools).toHaveCount(0);
  await become("member");
  await send(page, "general", "Now I write");
  await expect(row(page, "Now I write")).toHaveAttribute("id", /^m\d+$/);
  await row(page, "Hello").hover();
  await expect(tools).toBeVisible();
  await comment(other, "Here too");
  await expect(said(other, "Here too")).toBeVisible();
  await composer(page, "general").pressSequentially("Half a thought");
  await become("viewer");
  for (const place of [page, other]) {
    await expect(place.getByText("You can read here, not write.")).toBeVisible();
  }
  await expect(composer(page, "general")).toHaveCount(0);
  await expect(tools).toHaveCount(0);
});

test("the name of a room may be longer than a small screen is wide", async ({
  pair: { ana, board },
  room,
  visit,
}) => {
  const name = "Everything about the summer party and the week after it";
  const general = await room(ana, board, name);
  await ana.page.setViewportSize({ width: 390, height: 844 });
  const page = await visit(ana, general.url);
  const words = page.getByRole("heading", { level: 1 }).getByText(name);
  expect(await words.evaluate((it) => getComputedStyle(it).textOverflow)).toBe("ellipsis");
  const box = (await page.getByRole("heading", { level: 1 }).boundingBox())!;
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  expect((await composer(page, name).boundingBox())!.height).toBeLessThan(60);
});

test("a private room appears at the side of who is added to it, without a reload", async ({
  pair: { ana, bo, board },
  post,
  privateRoom,
  visit,
}) => {
  const secret = await privateRoom(ana, board, "Secret");
  const bos = await visit(bo, board.url);
  await expect(sidebar(bos).getByRole("link", { name: "Members" })).toBeVisible();
  await post(ana, `${secret.url}members/`, { user: `${bo.id}` });
  await sidebar(bos)
    .getByRole("link", { name: /Secret/ })
    .click();
  await expect(composer(bos, "Secret")).toBeVisible();
});

test.describe("a server that restarts", () => {
  // The browser says so of a socket that can't be opened, and of words for one that is closing.
  test.use({ expectedConsole: /WebSocket connection to .* failed|WebSocket is already|net::ERR_/ });

  test("is found again by the open pages, which go on where they were", async ({
    pair: { ana, bo, board },
    room,
    server,
    visit,
  }) => {
    const general = await room(ana, board, "general");
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    await send(anas, "general", "Before");
    await expect(said(bos, "Before")).toBeVisible();
    await server.restart();
    await send(anas, "general", "After");
    await expect(said(anas, "After")).toHaveCount(1);
    await expect(log(bos).locator(".message-text")).toHaveText(["Before", "After"]);
  });
});

/** Answers a page's posts as a server does that refuses them. */
async function refusePosts(page: Page, message: string): Promise<void> {
  const json = { code: "invalid", message, field: "content" };
  await page.route("**/api/post_message", (route) => route.fulfill({ status: 422, json }));
}

/** Holds back a page's requests to an address until they are released. */
async function hold(page: Page, address: string): Promise<{ release: () => void }> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(address, async (route) => {
    await released;
    await route.continue();
  });
  return { release };
}
