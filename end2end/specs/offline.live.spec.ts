// Without a network: what is written waits and is sent once, what was open can be read.
import { test as base, expect, type Page, type Room } from "../scenes.ts";
import { card, comment, composer, log, row, said, send, sidebar } from "../screen.ts";
import { Wire } from "../wire.ts";

const pill = (page: Page) => page.locator(".pill");

/** A page whose socket goes away with its network, at once. */
interface Wired {
  page: Page;
  goOffline: () => Promise<void>;
  comeBack: () => Promise<void>;
}

interface Scenes {
  /** A room of Ana's. */
  general: Room;
  /** Its page, open to Ana. */
  anas: Page;
  /** Its page, open to Bo. */
  bos: Page;
  /** Its page, open to Ana once more. */
  secondTab: Page;
  /** Its page, open to Ana, in place of `anas`. */
  wired: Wired;
}

const test = base.extend<Scenes>({
  general: async ({ pair: { ana, board }, room }, use) => use(await room(ana, board, "general")),

  anas: async ({ general, pair, visit }, use) => use(await visit(pair.ana, general.url)),

  bos: async ({ general, pair, visit }, use) => use(await visit(pair.bo, general.url)),

  secondTab: async ({ anas, general, hydrated }, use) => {
    const tab = await anas.context().newPage();
    await tab.goto(general.url);
    await hydrated(tab);
    await use(tab);
  },

  wired: async ({ general, pair: { ana }, visit }, use) => {
    const wire = await Wire.of(ana.page);
    const page = await visit(ana, general.url);
    const goOffline = async () => {
      await wire.cut();
      await ana.context.setOffline(true);
    };
    const comeBack = async () => {
      await ana.context.setOffline(false);
      await wire.mend();
    };
    await use({ page, goOffline, comeBack });
  },
});

test.use({
  expectedConsole:
    /WebSocket connection to .* failed|WebSocket is already|net::ERR_|status of (401|422|503)/,
});

test.describe("somebody in a room whose network is away", () => {
  test("what is written waits, says so, and is sent once and in order when it is back", async ({
    anas,
    bos,
    pair: { ana },
  }) => {
    await send(anas, "general", "Before");
    await expect(said(bos, "Before")).toBeVisible();
    await ana.context.setOffline(true);
    const texts = ["One", "Two", "Three"];
    for (const text of texts) await send(anas, "general", text);
    for (const text of texts) {
      await expect(row(anas, text)).toContainText("Waiting for the connection");
    }
    await expect(composer(anas, "general")).toHaveValue("");
    await ana.context.setOffline(false);
    for (const page of [anas, bos]) {
      await expect(log(page).locator(".message-text")).toHaveText(["Before", ...texts]);
      await expect(page.getByText("Waiting for the connection")).toHaveCount(0);
    }
  });

  test("defect 8: what waits survives a reload and a closed tab, and is sent once", async ({
    anas,
    bos,
    general,
    hydrated,
    pair: { ana },
  }) => {
    // Posts reach nobody, while pages still load.
    await ana.context.route("**/api/post_message", (route) => route.abort());
    await send(anas, "general", "One");
    await send(anas, "general", "Two");
    await expect(row(anas, "Two")).toContainText("Waiting for the connection");
    await anas.reload();
    await hydrated(anas);
    await expect(log(anas).locator(".message-text")).toHaveText(["One", "Two"]);
    await anas.close();
    await ana.context.unroute("**/api/post_message");
    // Any page of hers sends it, the room or not.
    const later = await ana.context.newPage();
    await later.goto("/accounts/");
    await expect(log(bos).locator(".message-text")).toHaveText(["One", "Two"]);
    await later.goto(general.url);
    await expect(log(later).locator(".message-text")).toHaveText(["One", "Two"]);
    await expect(later.locator(".message-sending")).toHaveCount(0);
  });

  test("one that is refused says so and does not hold up the next", async ({
    anas,
    bos,
  }) => {
    await anas.route("**/api/post_message", async (route) => {
      const refused = route.request().postData()?.includes("Refuse me");
      const json = { code: "invalid", message: "Not that.", field: "content" };
      await (refused ? route.fulfill({ status: 422, json }) : route.continue());
    });
    await send(anas, "general", "Refuse me");
    await send(anas, "general", "Take me");
    await expect(said(bos, "Take me")).toBeVisible();
    await expect(row(anas, "Refuse me").getByRole("alert")).toContainText("Not sent. Not that.");
    await anas.reload();
    await expect(row(anas, "Refuse me").getByRole("alert")).toContainText("Not sent. Not that.");
    await anas.unroute("**/api/post_message");
    await row(anas, "Refuse me").getByRole("button", { name: "Retry" }).click();
    await expect(log(bos).locator(".message-text")).toHaveText(["Take me", "Refuse me"]);
  });

  test("a pill says in words what is so, and goes when the connection is back", async ({
    wired: { page: anas, goOffline, comeBack },
  }) => {
    await expect(anas.getByRole("button", { name: /^1 here/ })).toBeVisible();
    await expect(pill(anas)).toBeHidden();
    await goOffline();
    await send(anas, "general", "One");
    await send(anas, "general", "Two");
    await expect(pill(anas)).toHaveText("Offline. 2 messages wait and will be sent.");
    await expect(pill(anas)).toBeVisible();
    await expect(pill(anas)).toHaveRole("status");
    await comeBack();
    await expect(pill(anas)).toBeHidden();
    await expect(anas.getByText("Waiting for the connection")).toHaveCount(0);
  });

  test("what was open before can still be read and written in, as an offline copy", async ({
    general,
    pair: { ana, bo, board },
    room,
    say,
    task,
    wired: { page: anas, goOffline, comeBack },
  }) => {
    const other = await room(ana, board, "other");
    await room(ana, board, "unseen");
    await task(ana, board, "Book the hall");
    await say(ana, general, "In general");
    await say(ana, other, "In the other");
    await expect(said(anas, "In general")).toBeVisible();
    const go = (name: string) => sidebar(anas).getByRole("link", { name, exact: true }).click();
    await go("other");
    await expect(said(anas, "In the other")).toBeVisible();
    await go("Ana's board");
    await expect(card(anas, "To do", "Book the hall")).toBeVisible();
    await card(anas, "To do", "Book the hall").click();
    await comment(anas, "Which one?");
    await expect(anas.locator(".message-sending")).toHaveCount(0);
    await go("general");
    await expect(said(anas, "In general")).toBeVisible();

    await goOffline();
    await expect(pill(anas)).toHaveText("Offline.");
    await go("other");
    await expect(said(anas, "In the other")).toBeVisible();
    await expect(anas.getByText(/^Offline copy from/)).toBeVisible();
    await send(anas, "other", "Written offline");
    await expect(row(anas, "Written offline")).toContainText("Waiting for the connection");
    await composer(anas, "other").fill("Half a thought");
    await go("Ana's board");
    await card(anas, "To do", "Book the hall").click();
    await expect(said(anas, "Which one?")).toBeVisible();
    await go("unseen");
    await expect(anas.getByRole("heading", { name: "The server is away" })).toBeVisible();
    await expect(anas.getByRole("button", { name: "Try again" })).toBeVisible();
    await go("other");
    await expect(composer(anas, "other")).toHaveValue("Half a thought");

    await say(bo, other, "Said meanwhile");
    await comeBack();
    await expect(said(anas, "Said meanwhile")).toBeVisible();
    await expect(log(anas).locator(".message-sending")).toHaveCount(0);
    await expect(said(anas, "Written offline")).toHaveCount(1);
    await expect(anas.getByText(/^Offline copy from/)).toBeHidden();
    await expect(composer(anas, "other")).toHaveValue("Half a thought");
    await expect(pill(anas)).toBeHidden();
  });

  test("a page that could not be opened opens by itself when the connection is back", async ({
    pair: { ana, board },
    room,
    wired: { page: anas, goOffline, comeBack },
  }) => {
    await room(ana, board, "other");
    await expect(anas.getByRole("button", { name: /^1 here/ })).toBeVisible();
    await goOffline();
    await sidebar(anas).getByRole("link", { name: "other", exact: true }).click();
    await expect(anas.getByRole("heading", { name: "The server is away" })).toBeVisible();
    await comeBack();
    await expect(composer(anas, "other")).toBeVisible();
  });
});

test.describe("two tabs of one person", () => {
  test("show what waits in both, and send it once", async ({
    anas: one,
    bos,
    pair: { ana },
    secondTab: two,
  }) => {
    await expect(two.getByRole("button", { name: /^2 here/ })).toBeVisible();
    await ana.context.setOffline(true);
    await send(one, "general", "From one");
    await expect(row(two, "From one")).toContainText("Waiting for the connection");
    await send(two, "general", "From two");
    await expect(row(one, "From two")).toContainText("Waiting for the connection");
    let posts = 0;
    // One that the network lost is sent again, under its client id.
    ana.context.on("response", (response) => {
      if (response.url().includes("/api/post_message")) posts += 1;
    });
    await ana.context.setOffline(false);
    for (const page of [one, two, bos]) {
      await expect(log(page).locator(".message-text")).toHaveText(["From one", "From two"]);
      await expect(page.locator(".message-sending")).toHaveCount(0);
    }
    expect(posts).toBe(2);
  });

  test("share a draft, unless somebody writes something else there", async ({
    anas: one,
    secondTab: two,
  }) => {
    await one.bringToFront();
    await composer(one, "general").pressSequentially("Half a thought");
    await expect(composer(two, "general")).toHaveValue("Half a thought");
    await composer(one, "general").press("Enter");
    await expect(composer(two, "general")).toHaveValue("");
  });

  test("agree on what was read", async ({ general, pair: { ana, bo, board }, post, say, visit }) => {
    await post(bo, `${general.url}join/`, {});
    // What is said before the page is connected is counted too.
    let connect = () => {};
    const posted = new Promise<void>((resolve) => (connect = resolve));
    await bo.page.routeWebSocket(/\/ws\?/, async (socket) => {
      await posted;
      socket.connectToServer();
    });
    const one = await visit(bo, board.url);
    await say(ana, general, "News");
    connect();
    const count = sidebar(one).getByRole("link", { name: /^general\s*1 unread$/ });
    await expect(count).toBeVisible();
    const two = await bo.context.newPage();
    await two.goto(general.url);
    await expect(said(two, "News")).toBeVisible();
    await expect(count).toBeHidden();
  });

  test("sign out together, after a warning of what is not sent", async ({
    anas: one,
    pair: { ana },
    secondTab: two,
  }) => {
    await ana.context.route("**/api/post_message", (route) => route.abort());
    await send(one, "general", "Not yet sent");
    await expect(row(one, "Not yet sent")).toContainText("Waiting for the connection");
    await composer(one, "general").fill("A draft");
    const warning = one.getByRole("dialog");
    await one.getByRole("button", { name: "Sign out" }).click();
    await expect(warning).toContainText("1 message has not been sent.");
    await one.keyboard.press("Escape");
    await expect(warning).toBeHidden();
    await expect(row(one, "Not yet sent")).toBeVisible();
    await one.getByRole("button", { name: "Sign out" }).click();
    await expect(warning.getByRole("button", { name: "Stay signed in" })).toBeFocused();
    await one.keyboard.press("Tab");
    await one.keyboard.press("Enter");
    await expect(one).toHaveURL(/\/accounts\/login\//);
    await expect(two).toHaveURL(/\/accounts\/login\//);
    const kept = await one.evaluate("Object.keys(localStorage).filter((key) => key.includes('/'))");
    expect(kept).toEqual([]);
  });
});
