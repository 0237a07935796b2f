// What specs of behaviour begin with: two people on a board, a task, something said.
import type { CDPSession, Locator, Page } from "@playwright/test";
import { type Board, expect, type Person, type Room, test as base } from "./fixtures.ts";

export { expect };
export type { Board, CDPSession, Locator, Page, Person, Room };

/** Two people on one board, with nothing unread in their inboxes. */
export interface Pair {
  /** Runs the board. */
  ana: Person;
  /** A member of it. */
  bo: Person;
  board: Board;
}

/** Where something is said: a room, or a task's comments. */
export interface Place {
  /** Where its forms post to. */
  post: string;
  /** Its page. */
  url: string;
}

export interface Task extends Place {
  id: number;
  number: number;
  /** The task open over its board. */
  pane: string;
}

interface Scenes {
  /** Do pages run scripts? */
  scripts: boolean;
  pair: Pair;
  /** Makes a task in the first column. */
  task: (owner: Person, board: Board, title: string) => Promise<Task>;
  /** Makes a private room with these people in it. */
  privateRoom: (owner: Person, board: Board, name: string, ...invited: Person[]) => Promise<Room>;
  /** Says something as the API does; the message's id. */
  say: (person: Person, place: Room | Task, text: string) => Promise<number>;
  /** Leads a person's page somewhere and waits until it works. */
  visit: (person: Person, url: string) => Promise<Page>;
  /** Loads a page again where nothing arrives by itself. */
  look: (page: Page) => Promise<void>;
}

export const test = base.extend<Scenes>({
  scripts: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),

  pair: async ({ board, person, post }, use) => {
    const [ana, bo] = [await person("Ana"), await person("Bo")];
    const theirs = await board(ana, bo);
    await post(bo, "/messaging/notifications/read-all/", {});
    await use({ ana, bo, board: theirs });
  },

  task: async ({ post }, use) => {
    await use(async (owner, board, title) => {
      const { id, number } = await post(owner, `/boards/${board.id}/tasks/`, { title });
      const url = `/messaging/task/${id}/comments/`;
      return { id, number, url, post: url, pane: `${board.url}tasks/${id}/` };
    });
  },

  privateRoom: async ({ post }, use) => {
    await use(async (owner, board, name, ...invited) => {
      const form = { name, private: "on" };
      const { id } = await post(owner, `/messaging/board/${board.id}/rooms/create/`, form);
      for (const { id: user } of invited) {
        await post(owner, `/messaging/room/${id}/members/`, { user: `${user}` });
      }
      return { id, url: `/messaging/room/${id}/` };
    });
  },

  say: async ({ post }, use) => {
    await use(async (person, place, content) => {
      const path = "post" in place ? place.post : `${place.url}send/`;
      return (await post(person, path, { content })).id;
    });
  },

  visit: async ({ hydrated }, use) => {
    await use(async ({ page }, url) => {
      await page.goto(url);
      await hydrated(page);
      return page;
    });
  },

  look: async ({ scripts }, use) => {
    await use(async (page) => {
      if (!scripts) await page.reload();
    });
  },
});
