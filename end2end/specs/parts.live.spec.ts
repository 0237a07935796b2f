// The client comes in parts: what a page needs first, the rest when it is live.
import { test as base, expect, type Page } from "../scenes.ts";
import { log, sidebar } from "../screen.ts";
import { Wire } from "../wire.ts";

interface Scenes {
  /** The files of each part, by its name; some belong to several. */
  parts: Record<string, string[]>;
}

const test = base.extend<Scenes>({
  parts: async ({ request }, use) => use((await (await request.get("/manifest.json")).json()).parts),
});

test.use({ expectedConsole: /net::ERR_|Failed to fetch|WebSocket/ });

/** Lets no file of a part come but these; the returned function lets all come. */
async function withhold(page: Page, ...but: string[]): Promise<() => Promise<void>> {
  const isPart = /\/pkg\/[^/]*\.bin$/;
  await page.route(isPart, (route) => {
    const comes = but.some((part) => route.request().url().endsWith(part));
    return comes ? route.fallback() : route.abort();
  });
  return () => page.unroute(isPart);
}

test("a page waits for its own part, and the others follow", async ({ pair: { ana, board }, parts, hydrated }) => {
  const asked: string[] = [];
  ana.page.on("request", (request) => {
    if (request.url().endsWith(".bin")) asked.push(new URL(request.url()).pathname);
  });
  await ana.page.goto(board.url);
  await hydrated(ana.page);
  expect(parts.board).toContain(asked[0]);
  await expect.poll(() => [...new Set(asked)].sort()).toEqual([...new Set(Object.values(parts).flat())].sort());
  const ahead = ana.page.locator("link[rel=preload][href$='.bin']");
  expect(await ahead.evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual([...parts.board].sort());
});

test("a page whose part does not come stays as the server sent it, and its links work", async ({ pair: { ana, board }, parts, room }) => {
  const general = await room(ana, board, "general");
  await withhold(ana.page, ...parts.live);
  const failed = ana.page.waitForEvent("requestfailed");
  await ana.page.goto(board.url);
  await failed;
  await expect(ana.page.locator("html")).not.toHaveAttribute("data-hydrated");
  await sidebar(ana.page).getByRole("link", { name: "general" }).click();
  await ana.page.waitForURL(general.url);
  await expect(log(ana.page)).toBeVisible();
});

test("a link whose page does not come in part is followed as a plain link", async ({ pair: { ana, board }, parts, room, visit }) => {
  const general = await room(ana, board, "general");
  await withhold(ana.page, ...parts.live, ...parts.board);
  await visit(ana, board.url);
  await expect(ana.page.locator(".pill-shown")).toHaveCount(0);
  const loaded = ana.page.waitForEvent("load");
  await sidebar(ana.page).getByRole("link", { name: "general" }).click();
  await loaded;
  await expect(ana.page).toHaveURL(general.url);
  await expect(ana.page.getByRole("heading", { level: 1 })).toHaveText("general");
});

test("without a network a page that is not here says so, and opens when it is back", async ({ pair: { ana, board }, parts, room, visit }) => {
  const general = await room(ana, board, "general");
  const wire = await Wire.of(ana.page);
  const allow = await withhold(ana.page, ...parts.live, ...parts.board);
  await visit(ana, board.url);
  await wire.cut();
  await ana.context.setOffline(true);
  await sidebar(ana.page).getByRole("link", { name: "general" }).click();
  await expect(ana.page.getByRole("heading", { name: "The server is away" })).toBeVisible();
  await allow();
  await ana.context.setOffline(false);
  await wire.mend();
  await expect(ana.page.getByRole("heading", { level: 1 })).toHaveText("general");
  await expect(ana.page).toHaveURL(general.url);
});

test("what is typed after a key goes into the field that it leads to, however late that comes", async ({ pair: { ana, board }, parts, task, visit }) => {
  const gate = await task(ana, board, "Oil the gate");
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await ana.page.route((url) => parts.palette.includes(url.pathname), async (route) => {
    await held;
    await route.fallback();
  });
  const page = await visit(ana, board.url);
  const opener = page.getByRole("link", { name: "Oil the gate" });
  await opener.focus();
  await page.keyboard.press("Control+k");
  await page.keyboard.type(`#${gate.number} oil`);
  letGo();
  const field = page.getByRole("combobox", { name: "Go to or do" });
  await expect(field).toBeFocused();
  await expect(field).toHaveValue(`#${gate.number} oil`);
  await page.keyboard.press("Escape");
  await expect(opener).toBeFocused();

  // It is here now, and yet a page may be on its way. Enter is waited for, too.
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page).toHaveURL("/messaging/notifications/");
  await page.keyboard.press("c");
  await page.keyboard.type("Paint the railing");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "Paint the railing" })).toHaveCount(1);
  await page.locator(":focus").blur();
  await page.keyboard.press("/");
  await page.keyboard.type("railing");
  await expect(page).toHaveURL(/\/search\/\?q=railing/);
});
