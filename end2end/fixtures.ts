// What every spec starts from: a server, people, boards, rooms, and a console
// that must stay quiet.
import {
  type APIRequestContext,
  type BrowserContext,
  expect,
  type Page,
  test as base,
} from "@playwright/test";
import { Server } from "./server.ts";

export { expect };

export type Role = "owner" | "member" | "viewer";

/** Someone who has signed up, in a browser of their own. */
export interface Person {
  id: number;
  username: string;
  displayName: string;
  password: string;
  context: BrowserContext;
  page: Page;
}

export interface Board {
  id: number;
  /** Its page. */
  url: string;
}

export interface Room {
  id: number;
  /** Its page. */
  url: string;
}

export interface Options {
  /** Console lines that a test expects; any other error or warning fails it. */
  expectedConsole: RegExp | undefined;
}

interface Worker {
  /** One server for all tests of a worker; its first account, the admin, is taken. */
  server: Server;
}

/** A form's fields. */
type Form = Record<string, string>;

interface Fixtures {
  /** Makes a browser whose pages may not complain. */
  newContext: () => Promise<BrowserContext>;
  /** Posts a form as the API, with this person's session; the JSON answer. */
  post: (person: Person, path: string, form: Form) => Promise<any>;
  /** Signs a new person up; their username begins with the name given. */
  person: (name: string) => Promise<Person>;
  /** Makes a board of this person with these members. */
  board: (owner: Person, ...members: (Person | [Person, Role])[]) => Promise<Board>;
  /** Makes an open room on a board. */
  room: (owner: Person, board: Board, name: string) => Promise<Room>;
  /** Waits until the page's script has taken over; at once where scripts are off. */
  hydrated: (page: Page) => Promise<void>;
}

const PASSWORD = "correct horse battery";

/** People of this worker so far, so that no two have one username. */
let people = 0;

export const test = base.extend<Fixtures & Options, Worker>({
  expectedConsole: [undefined, { option: true }],

  server: [
    async ({ playwright }, use) => {
      const server = await Server.start();
      const request = await playwright.request.newContext({ baseURL: server.url });
      const admin = { username: "admin", password: PASSWORD, display_name: "Admin" };
      await postForm(server, request, "/accounts/signup/", admin);
      await request.dispose();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  newContext: async ({ browser, expectedConsole, javaScriptEnabled, server }, use, testInfo) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      const complain = (text: string) => {
        if (expectedConsole?.test(text)) return;
        // Chromium says so of every page whose scripts are off.
        if (!javaScriptEnabled && text.includes("was preloaded using link preload")) return;
        complaints.push(text);
      };
      context.on("weberror", (error) => complain(`${error.error().stack}`));
      context.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) {
          complain(`${message.type()}: ${message.text()} (${message.location().url})`);
        }
      });
      return context;
    });
    for (const context of contexts) await context.close();
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach("server log", { body: server.log, contentType: "text/plain" });
    }
    expect(complaints, "the browser's console stays quiet").toEqual([]);
  },

  context: async ({ newContext }, use) => use(await newContext()),

  post: async ({ server }, use) => {
    await use((person, path, form) => postForm(server, person.context.request, path, form));
  },

  person: async ({ newContext, server }, use) => {
    await use(async (name) => {
      people += 1;
      const username = `${name.toLowerCase()}${people}`;
      const context = await newContext();
      const page = await context.newPage();
      const form = { username, password: PASSWORD, display_name: name };
      const { id } = await postForm(server, context.request, "/accounts/signup/", form);
      return { id, username, displayName: name, password: PASSWORD, context, page };
    });
  },

  board: async ({ post }, use) => {
    await use(async (owner, ...members) => {
      const { id } = await post(owner, "/boards/", { name: `${owner.displayName}'s board` });
      for (const member of members) {
        const [person, role] = Array.isArray(member) ? member : [member, "member"];
        await post(owner, `/boards/${id}/members/`, { username: person.username, role });
      }
      return { id, url: `/boards/${id}/` };
    });
  },

  room: async ({ post }, use) => {
    await use(async (owner, board, name) => {
      const path = `/messaging/board/${board.id}/rooms/create/`;
      const { id } = await post(owner, path, { name, description: "" });
      return { id, url: `/messaging/room/${id}/` };
    });
  },

  hydrated: async ({ javaScriptEnabled }, use) => {
    await use(async (page) => {
      if (javaScriptEnabled) await page.locator("html[data-hydrated]").waitFor();
    });
  },
});

async function postForm(server: Server, request: APIRequestContext, path: string, form: Form) {
  const answer = await request.post(server.url + path, {
    form,
    headers: { Accept: "application/json", Origin: server.url },
  });
  expect(answer.ok(), `POST ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return answer.json();
}
