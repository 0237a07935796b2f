// Every page: whole without scripts, and the same with them.
import { expect, test } from "../fixtures.ts";
import { furnish, viewer } from "../tour.ts";

/** The number of unread rows that a title begins with. */
const UNREAD = /^\(\d+\) /;

test("every page has its content, one heading and a title of its own", async ({ page, person, board, room, post, hydrated }) => {
  test.slow();
  const { ana, stops } = await furnish({ person, board, room, post });
  for (const stop of stops) {
    await test.step(stop.url, async () => {
      const seen = viewer(stop, ana.page, page);
      const answer = await seen.goto(stop.url);
      expect(answer?.status()).toBe(200);
      await hydrated(seen);
      expect((await seen.title()).replace(UNREAD, "")).toBe(`${stop.title} · Boardwalk`);
      await expect(seen.getByRole("heading", { level: 1 })).toHaveText([stop.heading]);
      await expect(seen.getByRole("main")).toHaveCount(1);
      await expect(seen.getByRole("main")).toContainText(stop.says);
    });
  }
});

test("taking over changes no word and moves nothing", async ({ browser, javaScriptEnabled, page, person, board, room, post, hydrated }) => {
  test.skip(!javaScriptEnabled, "there is nothing that takes over");
  test.slow();
  const { ana, stops } = await furnish({ person, board, room, post });
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await ana.context.storageState() });
  const plainPage = await plain.newPage();
  const strangerPage = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  // What becomes known only later, such as who is here, is kept away.
  await ana.page.routeWebSocket(/\/ws\?/, () => {});
  await ana.page.route("**/api/seen_place", (route) => route.fulfill({ json: null }));
  for (const stop of stops) {
    await test.step(stop.url, async () => {
      const before = viewer(stop, plainPage, strangerPage);
      const after = viewer(stop, ana.page, page);
      await before.goto(stop.url);
      await after.goto(stop.url);
      await hydrated(after);
      for (const shown of [before, after]) await shown.evaluate(hideOneSided);
      const words = await before.locator("body").innerText();
      // The socket is kept away, which the page is right to say after a while.
      const taken = (await after.locator("body").innerText()).replace(/\s*Connecting…$/, "").trimEnd();
      expect.soft(taken, stop.url).toBe(words.trimEnd());
      expect.soft(await after.evaluate(sideways), `what scrolls sideways on ${stop.url}`).toEqual([]);
      expect.soft(await after.evaluate(layoutShift), `shift of ${stop.url}`).toBeLessThanOrEqual(0.01);
    });
  }
  await plain.close();
  await strangerPage.context().close();
});

test("nothing is wider than a small screen", async ({ page, person, board, room, post, hydrated }) => {
  test.slow();
  const { ana, stops } = await furnish({ person, board, room, post });
  for (const width of [390, 320]) {
    for (const stop of stops) {
      const seen = viewer(stop, ana.page, page);
      await seen.setViewportSize({ width, height: 844 });
      await seen.goto(stop.url);
      await hydrated(seen);
      const wide = await seen.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(wide, `${stop.url} at ${width}`).toBeLessThanOrEqual(width);
    }
  }
});

test("an address without its last slash leads to the page", async ({ person }) => {
  const ana = await person("Ana");
  await ana.page.goto("/messaging/notifications");
  await expect(ana.page).toHaveURL("/messaging/notifications/");
});

test("every page of somebody leads a stranger to the door and back", async ({ page, person, board, hydrated }) => {
  const ana = await person("Ana");
  const { url } = await board(ana);
  await page.goto(url);
  await expect(page).toHaveURL(`/accounts/login/?next=${url}`);
  await hydrated(page);
  await page.getByLabel("Username").fill(ana.username);
  await page.getByLabel("Password").fill(ana.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(url);
});

test.describe("where nothing is", () => {
  test.use({ expectedConsole: /status of 404/ });

  test("the page says so and leads back", async ({ person, hydrated }) => {
    const { page } = await person("Ana");
    for (const url of ["/nowhere/", "/boards/999999/", "/messaging/room/999999/", "/boards/x/", "/messaging/task/-1/comments/"]) {
      const answer = await page.goto(url);
      expect(answer?.status(), url).toBe(404);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(["Nothing here"]);
      await expect(page).toHaveTitle("Nothing here · Boardwalk");
    }
    await hydrated(page);
    await page.getByRole("main").getByRole("link", { name: "To your boards" }).click();
    await expect(page).toHaveURL("/messaging/");
  });

  test("a board of others is not there", async ({ person, board }) => {
    const [ana, eve] = [await person("Ana"), await person("Eve")];
    const { url } = await board(ana);
    const answer = await eve.page.goto(url);
    expect(answer?.status()).toBe(404);
    await expect(eve.page.getByText("Ana's board")).toHaveCount(0);
  });

  test("a stranger is told too", async ({ page }) => {
    const answer = await page.goto("/nowhere/");
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  });
});

/** Hides what is there with scripts alone, as only the browser knows it, or without them, as there is a better way. */
function hideOneSided(): void {
  for (const part of document.querySelectorAll<HTMLElement>(".account-device, .several-form, .preview-plainly")) part.style.display = "none";
}

/** What is meant to scroll up and down alone, and is wider than it shows. */
function sideways(): string[] {
  const wide = [...document.querySelectorAll("main, .pane, .page, .conversation, .messages")].filter(
    (part) => getComputedStyle(part).overflowX !== "visible" && part.scrollWidth > part.clientWidth + 1,
  );
  return wide.map((part) => `${part.className}: ${part.scrollWidth} of ${part.clientWidth}`);
}

/** How much has moved by itself since the page came, as browsers measure it. */
function layoutShift(): Promise<number> {
  return new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sum += (entry as any).value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 100);
  });
}
