// A place where every text of hostile.json stands in every field.
import { readFileSync } from "node:fs";
import path from "node:path";
import { type APIRequest, type APIRequestContext, expect } from "@playwright/test";
import type { Server } from "./server.ts";

/** A text of the corpus. */
interface Hostile {
  name: string;
  text: string;
}

/** The corpus. */
export const HOSTILE: Hostile[] = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "hostile.json"), "utf8"),
);

/** Somebody whose name is hostile, and what they made; what was refused is not there. */
export interface Guest {
  hostile: Hostile;
  id: number;
  displayName: string;
  task?: { id: number; number: number; title: string };
  label?: { id: number; name: string };
  room?: { id: number; name: string; topic: string };
  message?: { id: number; message: string };
  comment?: { id: number };
}

export interface HostilePlace {
  /** Runs the board, is mentioned by every guest, and sends every second text next year. */
  ana: { id: number; username: string; cookies: Awaited<ReturnType<APIRequestContext["storageState"]>> };
  request: APIRequestContext;
  board: number;
  /** The room that every guest speaks in. */
  general: number;
  guests: Guest[];
  /** Boards of Ana with hostile names, each with a column and an archived task of such a name, and a link to it. */
  boards: { id: number; name: string; column?: string; archived?: string; invite?: string }[];
  /** Boards made of a file where every name and text is hostile; the first of all, and what it was called. */
  imported: { id: number; titles: string[] };
  /** What Ana's filters of the board are called. */
  filters: string[];
}

/** So many guests are busy at once. */
const AT_ONCE = 8;
/** So many filters may be kept of a board. */
const FILTERS = 20;
const PASSWORD = "correct horse battery";

/** Does something with every item, several at once, and keeps the results in order. */
export async function each<T, R>(items: T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const busy = async () => {
    for (const [index, item] of waiting) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, busy));
  return results;
}

/** Signs up a guest for every text, who uses it wherever they can. */
export async function build(browser: APIRequest, server: Server): Promise<HostilePlace> {
  const request = await visitor(browser, server);
  const ana = await post(request, "/accounts/signup/", { username: "victim", password: PASSWORD });
  const board = (await post(request, "/boards/", { name: "Harbour" })).id;
  const general = (await post(request, `/messaging/board/${board}/rooms/create/`, { name: "General" })).id;

  const guests = await each(HOSTILE, async (hostile, index) => {
    const { text } = hostile;
    const own = await visitor(browser, server);
    const account = { username: `guest${index}`, password: PASSWORD, display_name: cut(text, 60) };
    const { id, display_name: displayName } = await post(own, "/accounts/signup/", account);
    const guest: Guest = { hostile, id, displayName };
    await post(request, `/boards/${board}/members/`, { username: account.username });
    guest.message = await post(own, `/messaging/room/${general}/send/`, { content: text });
    if (guest.message) {
      const answer = { content: cut(text, 10_000), quote: `${guest.message.id}` };
      await post(own, `/messaging/message/${guest.message.id}/replies/`, answer);
    }
    const room = { name: cut(text, 100), description: cut(text, 500) };
    guest.room = await post(own, `/messaging/board/${board}/rooms/create/`, room);
    guest.task = await post(own, `/boards/${board}/tasks/`, { title: cut(text, 200), description: text });
    if (guest.task) {
      const label = { name: cut(text, 50), colour: "red", task: `${guest.task.id}` };
      guest.label = await post(own, `/boards/${board}/labels/`, label);
      const checked = await post(own, `/tasks/${guest.task.id}/checklist/`, { text: cut(text, 500) });
      const item = checked && `/tasks/${guest.task.id}/checklist/${checked.item.id}`;
      if (item) await post(own, `${item}/assignee/`, { user: `${guest.id}` });
      for (const user of [guest.id, ana.id]) {
        await post(own, `/tasks/${guest.task.id}/assignees/`, { add: `${user}` });
      }
      const attached = await file(own, cut(text, 100));
      if (attached.files) await post(own, `/tasks/${guest.task.id}/files/`, { files: attached.files });
      const content = cut(`@${ana.username} ${text}`, 10_000);
      const files = await file(own, cut(text, 100));
      guest.comment = await post(own, `/messaging/task/${guest.task.id}/comments/`, { content, ...files });
    }
    await own.dispose();
    return guest;
  });
  const boards = await each(HOSTILE, async ({ text }) => {
    const board = await post(request, "/boards/", { name: cut(text, 100) });
    const column = board && (await post(request, `/boards/${board.id}/columns/`, { name: cut(text, 50) }));
    // One of its name in its archive.
    const task = board && (await post(request, `/boards/${board.id}/tasks/`, { title: cut(text, 200) }));
    if (task) await post(request, `/tasks/${task.id}/archive/`, {});
    const invite = board && (await post(request, `/boards/${board.id}/invites/`, { role: "member" }));
    return board && { ...board, column: column?.name, archived: task?.title, invite: invite?.token };
  });
  const at = new Date(Date.now() + 300 * 24 * 60 * 60 * 1000).toISOString();
  await each(
    HOSTILE.filter((_, index) => index % 2 === 0),
    ({ text }) => post(request, `/messaging/room/${general}/schedule/`, { content: text, at }),
  );
  const imported = await importBoard(request);
  const filters: string[] = [];
  for (const { text } of HOSTILE.slice(0, FILTERS)) {
    const filter = await post(request, `/boards/${board}/filters/`, { name: cut(text, 50), query: "?due=none" });
    if (filter) filters.push(filter.name);
  }
  await each(HOSTILE, ({ text }) => signIn(browser, server, text));
  const cookies = await request.storageState();
  return { ana: { ...ana, cookies }, request, board, general, guests, boards: boards.filter(Boolean), imported, filters };
}

/** Makes a board of a file that says every text wherever a file says something. */
async function importBoard(request: APIRequestContext): Promise<HostilePlace["imported"]> {
  const at = "2026-11-20T08:00:00.000Z";
  const names = (limit: number, count: number) => {
    const fit = HOSTILE.map(({ text }) => cut(text, limit)).filter((text) => text.trim() !== "" && !text.includes("\0"));
    return [...new Set(fit.map((text) => text.trim()))].slice(0, count);
  };
  const titles = names(200, 1000);
  const file = {
    format: "boardwalk-board",
    version: 1,
    name: titles[0]!,
    columns: names(50, 50).map((name) => ({ name })),
    // No two are called the same, whatever their case.
    labels: names(45, 90).map((name, index) => ({ name: `${index} ${name}`, colour: "red" })),
    tasks: titles.map((title, index) => ({
      number: index + 1,
      column: 0,
      title,
      description: title,
      checklist: [{ text: title }],
      author: title,
      created_at: at,
    })),
    comments: titles.map((text, index) => ({
      task: index + 1,
      n: 1,
      author: cut(text, 30),
      name: text,
      at,
      text,
      files: [text],
    })),
  };
  const buffer = Buffer.from(JSON.stringify(file));
  const multipart = { file: { name: "board.json", mimeType: "application/json", buffer } };
  const answer = await request.post("/boards/import/", { multipart });
  expect(answer.ok(), await answer.text()).toBe(true);
  return { id: (await answer.json()).id, titles };
}

/** Signs Ana in with a browser that calls itself so, as far as a header can say it. */
async function signIn(browser: APIRequest, server: Server, text: string): Promise<void> {
  const agent = text.replace(/[^\x20-\x7e]/g, "").trim();
  if (agent === "") return;
  const headers = { Accept: "application/json", Origin: server.url, "User-Agent": agent.slice(0, 2000) };
  const own = await browser.newContext({ baseURL: server.url, extraHTTPHeaders: headers });
  await post(own, "/accounts/login/", { username: "victim", password: PASSWORD });
  await own.dispose();
}

function visitor(browser: APIRequest, server: Server): Promise<APIRequestContext> {
  const extraHTTPHeaders = { Accept: "application/json", Origin: server.url };
  return browser.newContext({ baseURL: server.url, extraHTTPHeaders });
}

/** Posts a form; nothing where it is refused in words, which a text that can't be a name may be. */
async function post(request: APIRequestContext, address: string, form: Record<string, string>): Promise<any> {
  const answer = await request.post(address, { form });
  if (answer.status() === 422) {
    expect(await answer.json()).toHaveProperty("message");
    return undefined;
  }
  expect(answer.ok(), `${address}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return answer.json();
}

/** Sends a file of this name ahead of what it comes with; no field where it can't be the name of one. */
async function file(request: APIRequestContext, name: string): Promise<{ files?: string }> {
  const answer = await request.post("/messaging/files/", {
    params: { name },
    headers: { "Content-Type": "application/octet-stream" },
    data: Buffer.from("<script>window.__pwned = 1</script>"),
  });
  if (answer.status() === 422) return {};
  expect(answer.ok(), `a file called ${name}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return { files: `${(await answer.json()).id}` };
}

/** The first so many characters. */
function cut(text: string, limit: number): string {
  return [...text].slice(0, limit).join("");
}
