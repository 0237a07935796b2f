// Every text of hostile.json through every field; the pages that show them stay ours.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test as base } from "../fixtures.ts";
import { build, each, HOSTILE, type HostilePlace } from "../hostile.ts";
import { expectInert, expectInertDocuments } from "../inert.ts";
import { composer, log, send } from "../screen.ts";

interface Worker {
  /** Built once, since every test only reads it. */
  place: HostilePlace;
}

interface Fixtures {
  /** Ana's page. */
  ana: Page;
  /** Leads a page somewhere and checks it there. */
  visit: (page: Page, url: string) => Promise<void>;
}

const test = base.extend<Fixtures, Worker>({
  place: [
    async ({ playwright, server }, use) => {
      const place = await build(playwright.request, server);
      await use(place);
      await place.request.dispose();
    },
    { scope: "worker", timeout: 600_000 },
  ],

  ana: async ({ newContext, place }, use) => {
    const context = await newContext();
    await context.addCookies(place.ana.cookies.cookies);
    const page = await context.newPage();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await use(page);
    expect(dialogs).toEqual([]);
  },

  visit: async ({ hydrated }, use) => {
    await use(async (page, url) => {
      await page.goto(url);
      await hydrated(page);
      await expectInert(page, url);
    });
  },
});

test.describe.configure({ mode: "default", timeout: 240_000 });

test("names are shown as they are", async ({ ana, place, visit }) => {
  const names = place.guests.map((guest) => line(guest.displayName));
  await visit(ana, `/boards/${place.board}/members/`);
  const members = await texts(ana, ".member-name > :first-child");
  expect(members.toSorted()).toEqual(expect.arrayContaining(names.toSorted()));
  await visit(ana, `/messaging/board/${place.board}/rooms/create/`);
  await visit(ana, "/messaging/");
  const boards = await texts(ana, ".hub-board-name");
  expect(boards).toEqual(expect.arrayContaining(place.boards.map((board) => line(board.name))));
  await staysAlive(ana);
});

test("rooms and tasks are called what they are called", async ({ ana, place, visit }) => {
  const present = <T>(items: (T | undefined)[]) => items.filter((item) => item !== undefined);
  const rooms = present(place.guests.map((guest) => guest.room));
  await visit(ana, `/messaging/board/${place.board}/rooms/`);
  expect(await texts(ana, ".room-row-name")).toEqual(expect.arrayContaining(rooms.map((room) => line(room.name))));
  const topics = rooms.map((room) => line(room.topic)).filter((topic) => topic !== "");
  expect(await texts(ana, ".room-row-topic")).toEqual(expect.arrayContaining(topics));
  const tasks = present(place.guests.map((guest) => guest.task));
  await visit(ana, `/boards/${place.board}/`);
  expect(await texts(ana, ".card-title")).toEqual(expect.arrayContaining(tasks.map((task) => line(task.title))));
  const labels = present(place.guests.map((guest) => guest.label)).map((label) => line(label.name));
  expect(labels.length).toBeGreaterThan(80);
  expect(await texts(ana, ".card .label")).toEqual(expect.arrayContaining(labels));
  await visit(ana, `/boards/${place.board}/labels/`);
  expect(await texts(ana, ".label-row .label")).toEqual(expect.arrayContaining(labels));
  await staysAlive(ana);
});

test("columns are called what they are called, and so is what is archived", async ({ ana, place, visit }) => {
  for (const { id, column, archived } of few(place.boards)) {
    if (column === undefined || archived === undefined) continue;
    await visit(ana, `/boards/${id}/`);
    expect(await texts(ana, ".column-name")).toContain(line(column));
    await visit(ana, `/boards/${id}/archive/`);
    expect(await texts(ana, ".archive-title")).toEqual([line(`#1 ${archived}`)]);
  }
  await staysAlive(ana);
});

test("messages are text, and the room works on", async ({ ana, place, visit, hydrated }) => {
  for (let url: string | null = `/messaging/room/${place.general}/`; url; ) {
    await visit(ana, url);
    const older = ana.getByRole("link", { name: "Older messages" });
    url = (await older.count()) === 0 ? null : new URL((await older.getAttribute("href"))!, ana.url()).href;
  }
  await ana.goto(`/messaging/room/${place.general}/`);
  await hydrated(ana);
  await send(ana, "General", `Still here <b>${Date.now()}</b>`);
  await expect(log(ana)).toContainText("Still here <b>");
});

test("a thread, what waits to be sent, and what was found are text", async ({ ana, place, visit }) => {
  for (const { message } of few(place.guests)) {
    if (message) await visit(ana, `/messaging/room/${place.general}/?thread=${message.id}`);
  }
  await visit(ana, "/messaging/scheduled/");
  expect(await ana.locator(".scheduled-row").count()).toBeGreaterThan(40);
  await visit(ana, "/search/?q=pwned");
  expect(await ana.locator(".hits").getByRole("listitem").count()).toBeGreaterThan(10);
  await staysAlive(ana);
});

test("what is taken away is a file, whatever it is called", async ({ ana, place }) => {
  const rooms = place.guests.flatMap(({ room }) => (room ? [room.id] : []));
  const boards = place.boards.map(({ id }) => id);
  const urls = [...rooms.map((id) => `/messaging/room/${id}/export/`), ...boards.map((id) => `/boards/${id}/export/`)];
  await each(urls, async (url) => {
    const answer = await ana.request.get(url, { params: { format: "json" } });
    expect(answer.status(), url).toBe(200);
    expect(answer.headers()["content-disposition"], url).toMatch(/^attachment; /);
    expect(answer.headers()["x-content-type-options"], url).toBe("nosniff");
  });
});

test("the inbox says who wrote what where", async ({ ana, place, visit }) => {
  let rows = 0;
  for (let url: string | null = "/messaging/notifications/"; url; ) {
    await visit(ana, url);
    rows += await ana.locator(".inbox-row").count();
    const older = ana.getByRole("link", { name: "Older" });
    url = (await older.count()) === 0 ? null : new URL((await older.getAttribute("href"))!, ana.url()).href;
  }
  expect(rows).toBeGreaterThan(100);
});

test("my tasks are called what they are called", async ({ ana, place, visit }) => {
  const found: string[] = [];
  for (let url: string | null = "/tasks/"; url; ) {
    await visit(ana, url);
    found.push(...(await texts(ana, ".my-task-title")));
    const more = ana.getByRole("link", { name: "More", exact: true });
    url = (await more.count()) === 0 ? null : new URL((await more.getAttribute("href"))!, ana.url()).href;
  }
  const tasks = place.guests.flatMap(({ task }) => (task ? [line(`#${task.number} ${task.title}`)] : []));
  expect(found.toSorted()).toEqual(tasks.toSorted());
});

test("a task shows its texts, and its title is the tab's", async ({ ana, place, visit }) => {
  for (const { task, hostile } of few(place.guests)) {
    if (!task) continue;
    await visit(ana, `/boards/${place.board}/tasks/${task.id}/`);
    const title = (await ana.title()).replace(/^\([\d+]+\) /, "");
    expect(title, hostile.name).toBe(line(`#${task.number} ${task.title} · Boardwalk`));
    expect(await texts(ana, ".task-title"), hostile.name).toEqual([line(`#${task.number} ${task.title}`)]);
  }
  await staysAlive(ana);
});

test("what shows the texts of a room, a task or a board is inert as it is sent", async ({ ana, place }) => {
  const urls = place.guests.flatMap(({ room, task }) => [
    ...(room ? [`/messaging/room/${room.id}/settings/`] : []),
    ...(task ? [`/messaging/task/${task.id}/comments/`] : []),
  ]);
  urls.push(...few(place.boards).map(({ id }) => `/boards/${id}/members/`));
  urls.push(...place.boards.flatMap(({ id }) => [`/boards/${id}/`, `/boards/${id}/archive/`]));
  urls.push(...few(place.boards).flatMap(({ invite }) => (invite ? [`/invite/${invite}/`] : [])));
  await ana.goto("/messaging/");
  await expectInertDocuments(ana, await documents(ana.request, urls));
});

test("what a file made and what filters are called is text", async ({ ana, place, visit }) => {
  const { id, titles } = place.imported;
  await visit(ana, `/boards/${id}/import/`);
  await visit(ana, `/boards/${id}/`);
  expect(await texts(ana, ".card-title")).toEqual(titles.map(line));
  await visit(ana, `/boards/${place.board}/filters/`);
  expect(await texts(ana, ".label-row-name")).toEqual(expect.arrayContaining(place.filters.map(line)));
  await staysAlive(ana);
});

test("a browser may call itself what it likes", async ({ ana, visit }) => {
  await visit(ana, "/accounts/");
  expect(await ana.locator(".session-agent").count()).toBeGreaterThan(80);
  await staysAlive(ana);
});

test("a draft comes back as it was typed", async ({ ana, place, hydrated, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, "scripts save drafts");
  const { text } = HOSTILE.find(({ text }) => text.includes("onerror"))!;
  await ana.goto(`/messaging/room/${place.general}/`);
  await hydrated(ana);
  const saved = ana.waitForResponse((answer) => answer.url().includes("save_draft") && answer.ok());
  await composer(ana, "General").fill(text);
  await saved;
  // As another browser has it: from the server.
  await ana.evaluate(() => localStorage.clear());
  await ana.reload();
  await hydrated(ana);
  await expect(composer(ana, "General")).toHaveValue(text);
  await expectInert(ana, "a draft");
});

test("what stands in an address stays there", async ({ ana, page, place, visit }) => {
  await ana.goto("/messaging/");
  const asked = HOSTILE.map(({ text }) => encodeURIComponent([...text].slice(0, 1000).join("")));
  const room = `/messaging/room/${place.general}/`;
  const places = ["/messaging/notifications/?before=", `${room}?reply=`, `${room}?thread=`, `${room}find/?day=`];
  places.push(`/boards/${place.board}/?q=`, `/boards/${place.board}/archive/?before=`, "/search/?q=", "/tasks/?after=", "/invite/");
  const urls = asked.map((text, index) => places[index % places.length] + text);
  await expectInertDocuments(ana, await documents(ana.request, urls));
  const doors = asked.map((text) => `/accounts/login/?next=${text}`);
  await expectInertDocuments(ana, await documents(page.request, doors));
  for (const door of few(doors)) await visit(page, door);
});

/** Every tenth, where a page must be opened for each. */
function few<T>(all: T[]): T[] {
  return all.filter((_, index) => index % 10 === 0);
}

/** The documents at these addresses. */
async function documents(asker: APIRequestContext, urls: string[]): Promise<string[]> {
  const headers = { Accept: "text/html" };
  return each(urls, async (url) => {
    const answer = await asker.get(url, { headers });
    expect(answer.status(), url).toBeLessThan(500);
    return answer.text();
  });
}

/** The texts of some elements, each on one line. */
async function texts(page: Page, selector: string): Promise<string[]> {
  return (await page.locator(selector).allTextContents()).map(line);
}

/** A text as a page shows it on one line. */
function line(text: string): string {
  return text.replace(/[ \t\n\f\r]+/g, " ").trim();
}

/** The page's own script works: a link of the sidebar leads on without loading the page anew. */
async function staysAlive(page: Page): Promise<void> {
  const scripts = (await page.locator("html[data-hydrated]").count()) > 0;
  await page.evaluate(() => Object.assign(window, { same: true }));
  await page.getByRole("navigation").getByRole("link", { name: "Inbox" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Inbox" })).toBeVisible();
  expect(await page.evaluate(() => "same" in window)).toBe(scripts);
}
