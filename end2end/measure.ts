// What pages cost in Chromium, of the release program, into docs/browser.md. A figure is the median of
// rounds, each with a fresh browser, with the least and the most beside it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { type Browser, type CDPSession, expect, type Page, test } from "@playwright/test";
import { Server } from "./server.ts";

const TABLE = path.resolve(import.meta.dirname, "../docs/browser.md");
const ROUNDS = 5;
/** How much slower than this machine a throttled browser computes. */
const THROTTLE = 4;

/** A line of the table: what was measured, and what it should be at most, in its unit. */
interface Row {
  what: string;
  unit: string;
  target: number;
  values: number[];
}

const rows: Row[] = [];

/** Notes a figure of one round. */
function note(what: string, unit: string, target: number, value: number): void {
  const row = rows.find((row) => row.what === what);
  if (row) row.values.push(value);
  else rows.push({ what, unit, target, values: [value] });
}

const sorted = (values: number[]): number[] => [...values].sort((a, b) => a - b);
/** The value below which this share of all lies. */
const quantile = (values: number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)]!;
const median = (values: number[]): number => quantile(values, 0.5);

async function signIn(browser: Browser, server: Server, username: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const form = { username, password: "boardwalk" };
  const answer = await page.request.post(`${server.url}/accounts/login/`, { form, headers: { Accept: "application/json" } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return page;
}

async function live(page: Page): Promise<void> {
  await page.locator("html[data-hydrated]").waitFor({ timeout: 120_000 });
}

interface Paints {
  fcp: number;
  lcp: number;
  cls: number;
  /** From each press of a key or a button until the frame after it was painted, in ms. */
  interactions: number[];
}

/** Collects what the page says of its own painting, from its beginning. */
async function watchPaints(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: Paints = { fcp: 0, lcp: 0, cls: 0, interactions: [] };
    (window as any).seen = seen;
    const on = (type: string, take: (entry: any) => void) =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    on("paint", (entry) => {
      if (entry.name === "first-contentful-paint") seen.fcp = entry.startTime;
    });
    on("largest-contentful-paint", (entry) => (seen.lcp = entry.startTime));
    on("layout-shift", (entry) => {
      if (!entry.hadRecentInput) seen.cls += entry.value;
    });
    // The browser's own durations wait for a screen, which a headless one draws when it likes.
    for (const kind of ["keydown", "pointerdown"]) {
      addEventListener(
        kind,
        ({ timeStamp }) =>
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => seen.interactions.push(performance.now() - timeStamp);
            port2.postMessage(0);
          }),
        { capture: true },
      );
    }
  });
}

const seen = (page: Page): Promise<Paints> => page.evaluate(() => (window as any).seen);

/** Counts the frames that the page paints, until asked. */
async function countFrames(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    (window as any).frames_painted = 0;
    const next = () => {
      (window as any).frames_painted += 1;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  return () => page.evaluate(() => (window as any).frames_painted);
}

async function throttled(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: THROTTLE });
  return session;
}

/** Seconds that scripts have run in this page. */
async function scripted(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "ScriptDuration")!.value;
}

/** From when a card's frame came over the socket until the page that shows it was painted, in ms. */
async function watchMoves(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const times: number[] = [];
    (window as any).moves = times;
    const Native = window.WebSocket;
    let came = 0;
    window.WebSocket = class extends Native {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener("message", ({ data }) => {
          if (typeof data === "string" && data.includes("card")) came = performance.now();
        });
      }
    };
    const painted = () => {
      if (!came) return;
      const begun = came;
      came = 0;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => times.push(performance.now() - begun);
        port2.postMessage(0);
      });
    };
    new MutationObserver((changes) => {
      if (changes.some(({ target }) => target instanceof Element && target.closest(".column"))) painted();
    }).observe(document, { childList: true, subtree: true });
  });
}

test("a board of 1,000 tasks", async ({ browser }) => {
  const server = await Server.start("seed --users 2 --rooms 1 --tasks 1000 --messages 10 --prefix bench --password boardwalk");
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await signIn(browser, server, "bench0");
    await watchPaints(page);
    const session = await throttled(page);
    await page.goto(`${server.url}/boards/1/`);
    await live(page);
    note("board of 1,000 tasks: first paint, 4× throttle", "ms", 1000, (await seen(page)).fcp);

    await session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    await session.send("Performance.enable");
    const card = (await page.locator(".card").nth(2).boundingBox())!;
    await page.mouse.move(card.x + 20, card.y + 20);
    await page.mouse.down();
    await page.mouse.move(card.x + 60, card.y + 60, { steps: 5 });
    await page.locator(".card-copy").waitFor();
    const frames = await countFrames(page);
    const [before, painted] = [await scripted(session), await frames()];
    await page.mouse.move(card.x + 700, card.y + 300, { steps: 240 });
    const [after, count] = [await scripted(session), (await frames()) - painted];
    note("board of 1,000 tasks: script a frame of dragging", "ms", 8, ((after - before) * 1000) / count);
    await page.mouse.up();
    await page.context().close();

    const [mover, watcher] = [await signIn(browser, server, "bench0"), await signIn(browser, server, "bench1")];
    await watchMoves(watcher);
    await watcher.goto(`${server.url}/boards/1/`);
    await live(watcher);
    await expect(watcher.locator(".pill-shown")).toHaveCount(0);
    const column = (await watcher.locator("[data-column]").nth(1).getAttribute("data-column"))!;
    const links = await watcher.locator("[data-column] .card a[href*='/tasks/']").evaluateAll((all) => all.map((link) => link.getAttribute("href")!));
    const ids = [...new Set(links.map((link) => link.match(/tasks\/(\d+)/)![1]!))];
    for (let nth = 0; nth < 10; nth += 1) {
      // From all over the board to the top of a column, which is in sight.
      const id = ids[Math.floor((nth * ids.length) / 10) + 1]!;
      const form = { column, place: "1" };
      const answer = await mover.request.post(`${server.url}/tasks/${id}/move/`, { form, headers: { Accept: "application/json" } });
      expect(answer.ok(), await answer.text()).toBe(true);
      await expect.poll(() => watcher.evaluate(() => (window as any).moves.length)).toBeGreaterThan(nth);
    }
    const times: number[] = await watcher.evaluate(() => (window as any).moves);
    note("board of 1,000 tasks: another's move painted after its frame came, slowest of 10", "ms", 50, Math.max(...times));
    for (const person of [mover, watcher]) await person.context().close();
  }
  await server.stop();
});

/** Beyond it people lose their train of thought (Nielsen, Usability Engineering, 1993, chapter 5), in ms. */
const FLOW = 1000;

/** Notes when the page becomes live, in ms since its address was asked for. */
async function watchLive(page: Page): Promise<void> {
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.documentElement.hasAttribute("data-hydrated")) return;
      (window as any).live_at = performance.now();
      observer.disconnect();
    }).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-hydrated"] });
  });
}

test("a board of 5,000 tasks", async ({ browser }) => {
  const server = await Server.start("seed --users 2 --rooms 1 --tasks 5000 --messages 10 --prefix bench --password boardwalk");
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await signIn(browser, server, "bench0");
    await watchLive(page);
    for (const [view, query] of [["columns", ""], ["list", "?view=list"]] as const) {
      await page.goto(`${server.url}/boards/1/${query}`);
      await live(page);
      note(`board of 5,000 tasks: live as ${view}`, "ms", FLOW, await page.evaluate(() => (window as any).live_at));
      const opened = page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let begun = 0;
            addEventListener("click", ({ timeStamp }) => (begun = timeStamp), { capture: true, once: true });
            new MutationObserver((_, observer) => {
              if (!document.querySelector(".pane .task-title")) return;
              observer.disconnect();
              requestAnimationFrame(() => {
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = () => resolve(performance.now() - begun);
                port2.postMessage(0);
              });
            }).observe(document.body, { childList: true, subtree: true });
          }),
      );
      await page.locator(".card-link").nth(3).click();
      note(`board of 5,000 tasks: a task is open over ${view}`, "ms", FLOW, await opened);
    }
    await page.context().close();
  }
  await server.stop();
});

/** How long it takes from each of some keys, which narrow a list of people or widen it, until that is painted; in ms. */
async function completion(browser: Browser, server: Server): Promise<number[]> {
  const page = await signIn(browser, server, "bench0");
  await page.goto(`${server.url}/messaging/room/1/`);
  await live(page);
  const field = page.locator("textarea.composer-text").first();
  // Whom one may mention is fetched when somebody is about to write; keys before that wait for the server.
  const people = page.waitForResponse("**/api/mention_people*");
  await field.click();
  await (await people).finished();
  await field.pressSequentially("@bench1");
  await page.locator("[role=option]", { hasText: "bench1" }).first().waitFor();
  await page.evaluate(() => {
    const times: number[] = [];
    (window as any).keys = times;
    let typed = 0;
    document.addEventListener("keydown", ({ timeStamp }) => (typed = timeStamp), { capture: true });
    new MutationObserver((changes) => {
      const list = document.querySelector("[role=listbox]");
      if (!typed || !list || !changes.some(({ target }) => list.contains(target) || target.contains(list))) return;
      const begun = typed;
      typed = 0;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => times.push(performance.now() - begun);
        port2.postMessage(0);
      });
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  // Each of these keys leaves other people in the list than the one before.
  const back = "Backspace";
  for (const [nth, key] of ["2", "3", "7", "8", "4", "5", "6", "9", "1", "0"].flatMap((digit, nth) => (nth % 2 === 0 ? [digit] : [digit, back, back])).entries()) {
    await field.press(key);
    await expect.poll(() => page.evaluate(() => (window as any).keys.length)).toBeGreaterThan(nth);
  }
  const times: number[] = await page.evaluate(() => (window as any).keys);
  await page.context().close();
  return times;
}

test("completion among 10,000 people, and a room of 1,000,000 messages", async ({ browser }) => {
  const server = await Server.start(
    "seed --users 10000 --rooms 1 --tasks 1 --messages 1000000 --prefix bench --password boardwalk",
  );
  // A browser whose frames wait for no screen shows what the page itself takes: on one of 60 Hz a key waits for the
  // next frame for up to 16.7 ms, whatever the page does.
  const { launchOptions } = test.info().project.use;
  const unbound = { ...launchOptions, args: [...(launchOptions?.args ?? []), "--disable-frame-rate-limit"] };
  const key = "completion among 10,000 people: key until the list is painted";
  for (let round = 0; round < ROUNDS; round += 1) {
    const atOnce = await browser.browserType().launch(unbound);
    note(`${key}, p95`, "ms", 16, quantile(await completion(atOnce, server), 0.95));
    await atOnce.close();
    note(`${key} on a screen of 60 Hz, median`, "ms", 16, median(await completion(browser, server)));

    const throttledPage = await signIn(browser, server, "bench0");
    await watchPaints(throttledPage);
    await throttled(throttledPage);
    await throttledPage.goto(`${server.url}/messaging/room/1/`);
    await live(throttledPage);
    const composer = throttledPage.locator("textarea.composer-text").first();
    await composer.click();
    for (const key of "hello there") await composer.press(key === " " ? "Space" : key);
    await composer.press("Enter");
    await throttledPage.getByText("hello there", { exact: true }).last().waitFor();
    await throttledPage.waitForLoadState("networkidle");
    const paints = await seen(throttledPage);
    note("room: largest paint, 4× throttle", "ms", 800, paints.lcp);
    note("room: interactions, p75, 4× throttle", "ms", 50, quantile(paints.interactions, 0.75));
    note("room: shift of its layout, 4× throttle", "", 0.01, paints.cls);
    await throttledPage.context().close();

    // One room has a million messages, the other what was said just now.
    const asker = await signIn(browser, server, "bench0");
    const made = await asker.request.post(`${server.url}/messaging/board/1/rooms/create/`, {
      form: { name: `Fresh ${round}` },
      headers: { Accept: "application/json" },
    });
    const fresh = (await made.json()).id as number;
    for (let nth = 0; nth < 60; nth += 1) {
      const form = { content: `message ${nth}` };
      await asker.request.post(`${server.url}/messaging/room/${fresh}/send/`, { form, headers: { Accept: "application/json" } });
    }
    const times2: [number[], number[]] = [[], []];
    for (let nth = 0; nth < 40; nth += 1) {
      for (const [which, room] of [1, fresh].entries()) {
        const begun = performance.now();
        await asker.request.get(`${server.url}/messaging/room/${room}/`);
        times2[which]!.push(performance.now() - begun);
      }
    }
    note("room of 1,000,000 messages against a new one: time of the page", "×", 1.2, median(times2[0]) / median(times2[1]));
    await asker.context().close();
  }
  await server.stop();
});

let failed = false;
test.afterEach(({}, { status, expectedStatus }) => {
  failed ||= status !== expectedStatus;
});

test.afterAll(() => {
  // Half a table would be taken for a whole one.
  if (failed) return;
  const figure = (value: number, unit: string) => `${value < 0.1 ? value.toFixed(4) : value < 10 ? value.toFixed(2) : value.toFixed(0)} ${unit}`.trim();
  const line = ({ what, unit, target, values }: Row) => {
    const all = sorted(values);
    const [least, most] = [all[0]!, all.at(-1)!].map((value) => figure(value, ""));
    const met = median(values) <= target ? "yes" : "**no**";
    return `| ${what} | ≤ ${figure(target, unit)} | ${figure(median(values), unit)} (${least} – ${most}) | ${met} |`;
  };
  const cpu = cpus()[0]!.model;
  const version = execFileSync(process.env.CHROMIUM ?? "/usr/bin/chromium", ["--version", "--no-sandbox"]).toString().trim();
  const pressure = readFileSync("/proc/pressure/cpu", "utf8").match(/avg300=([\d.]+)/)?.[1];
  const text = `# In the browser

Made by \`cargo xtask measure\` on ${new Date().toISOString().slice(0, 10)}; ${cpu}, ${cpus().length} cores, shared by browser and
server; ${version}, release program. ${ROUNDS} rounds, each with a fresh browser; median (least – most). CPU
pressure over the last five minutes: ${pressure} %.

| what | target | measured | met |
|---|---|---|---|
${rows.map(line).join("\n")}
`;
  writeFileSync(TABLE, text);
  console.log(text);
});
