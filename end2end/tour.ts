// Every page of the product, with something on each of them.
import type { Page } from "@playwright/test";
import type { Board, Person, Role, Room } from "./fixtures.ts";

/** A page to look at. */
export interface Stop {
  url: string;
  /** Its only `h1`. */
  heading: string;
  /** What the browser's tab says between the unread count and " · Boardwalk". */
  title: string;
  /** Something that its content says. */
  says: string;
  /** Seen by somebody who isn't signed in. */
  signedOut?: boolean;
}

/** The words of the fixtures that furnishing takes. */
interface Words {
  person: (name: string) => Promise<Person>;
  board: (owner: Person, ...members: (Person | [Person, Role])[]) => Promise<Board>;
  room: (owner: Person, board: Board, name: string) => Promise<Room>;
  post: (person: Person, path: string, form: Record<string, string>) => Promise<any>;
}

const SPEECH = `**Bold**, *soft*, \`code\`, [a link](https://example.com/), ~~gone~~

- one
- [x] done

> somebody said so

\`\`\`rust
fn main() { println!("ferry"); }
\`\`\`

| a | b |
|---|---|
| 1 | 2 |`;

/** Makes a team at work, and lists every page that Ana sees. */
export async function furnish({ person, board, room, post }: Words) {
  const [ana, bo, vi] = [await person("Ana"), await person("Bo"), await person("Vi")];
  const ferry = await board(ana, bo, [vi, "viewer"]);
  const general = await room(ana, ferry, "General");
  await post(ana, `/messaging/board/${ferry.id}/rooms/create/`, { name: "Budget", description: "Offers", private: "on" });
  const task = await post(ana, `/boards/${ferry.id}/tasks/`, { title: "Paint the railing", description: SPEECH });
  const gate = await post(ana, `/boards/${ferry.id}/tasks/`, { title: "Oil the gate", description: "After #1" });
  for (const [name, colour] of [["Outside", "green"], ["Paint", "yellow"]]) {
    await post(ana, `${ferry.url}labels/`, { name, colour, task: `${task.id}` });
  }
  await post(ana, `/tasks/${task.id}/assignees/`, { add: `${ana.id}` });
  await post(bo, `/tasks/${task.id}/assignees/`, { add: `${bo.id}` });
  await post(ana, `/tasks/${task.id}/due/`, { due: "2026-01-02" });
  await post(ana, `/tasks/${task.id}/priority/`, { priority: "high" });
  await post(ana, `/tasks/${task.id}/progress/`, { progress: "50" });
  const { item } = await post(ana, `/tasks/${task.id}/checklist/`, { text: "Sand it" });
  await post(ana, `/tasks/${task.id}/checklist/${item.id}/tick/`, { done: "on" });
  await post(ana, `/tasks/${task.id}/checklist/`, { text: "Two coats" });
  await post(ana, `/tasks/${gate.id}/due/`, { due: "9999-12-31" });
  const rope = await post(ana, `/boards/${ferry.id}/tasks/`, { title: "Splice the old rope" });
  await post(ana, `/tasks/${rope.id}/archive/`, {});
  await post(ana, `${general.url}send/`, { content: SPEECH });
  const blue = await post(bo, `${general.url}send/`, { content: `Blue for the railing, @${ana.username}?` });
  const message = `/messaging/message/${blue.id}/`;
  await post(bo, `${message}edit/`, { content: `Blue for the whole railing, @${ana.username}?` });
  for (const person of [ana, bo]) await post(person, `${message}react/`, { emoji: "👍" });
  await post(bo, `${message}react/`, { emoji: "🎉" });
  await post(ana, `${message}pin/`, {});
  await post(ana, `${message}replies/`, { content: "Blue it is" });
  await post(ana, `${general.url}send/`, { content: "I see to the paint", quote: String(blue.id) });
  const comments = `/messaging/task/${task.id}/comments/`;
  const first = await post(bo, comments, { content: `I have the paint, @${ana.username}.` });
  await post(ana, comments, { content: "Thank you", parent: String(first.id) });
  const at = new Date(Date.now() + 100 * 24 * 60 * 60 * 1000).toISOString();
  await post(ana, `${general.url}schedule/`, { content: "The paint is here", at });
  await post(ana, `${ferry.url}filters/`, { name: "Late and mine", query: "?assignee=me&due=overdue" });
  const file = { name: "Harbour", lists: [{ id: "l", name: "To do" }], members: [{ id: "m", username: "nobody_here" }] };
  const card = { id: "c", name: "Rent a tent", idList: "l", badges: { votes: 2 } };
  const answer = await ana.context.request.post("/boards/import/", {
    data: { ...file, cards: [card] },
    headers: { Accept: "application/json" },
  });
  const imported = await answer.json();
  // Nothing is unread, so that nothing changes by being looked at.
  for (const read of [`${general.url}read/`, `/messaging/task/${task.id}/read/`, "/messaging/notifications/read-all/"]) {
    await post(ana, read, {});
  }
  const boardName = "Ana's board";
  const invite = await post(ana, `${ferry.url}invites/`, { role: "member", days: "30" });

  const stops: Stop[] = [
    { url: "/accounts/login/", heading: "Sign in", title: "Sign in", says: "Make an account", signedOut: true },
    { url: "/accounts/signup/", heading: "Make an account", title: "Make an account", says: "At least 8", signedOut: true },
    { url: "/messaging/", heading: "Your boards", title: "Your boards", says: boardName },
    { url: "/messaging/notifications/", heading: "Inbox", title: "Inbox", says: "Blue for the whole railing" },
    { url: "/accounts/", heading: "Account", title: "Account", says: "Where you are signed in" },
    { url: ferry.url, heading: boardName, title: boardName, says: "Oil the gate" },
    { url: `${ferry.url}?q=gate&assignee=nobody&due=later`, heading: boardName, title: boardName, says: "1 of 2 tasks" },
    { url: `${ferry.url}?view=list&sort=-priority`, heading: boardName, title: boardName, says: "Oil the gate" },
    { url: `${ferry.url}?view=calendar&month=2026-01`, heading: boardName, title: boardName, says: "Paint the railing" },
    { url: `${ferry.url}?q=harbour`, heading: boardName, title: boardName, says: "No task matches this filter." },
    { url: `${ferry.url}tasks/${task.id}/`, heading: boardName, title: "#1 Paint the railing", says: "I have the paint" },
    { url: `${ferry.url}members/`, heading: "Members", title: `Members of ${boardName}`, says: vi.username },
    { url: `${ferry.url}labels/`, heading: "Labels", title: `Labels of ${boardName}`, says: "Outside" },
    { url: `${ferry.url}filters/`, heading: "Saved filters", title: `Saved filters of ${boardName}`, says: "Late and mine" },
    { url: `/boards/${imported.id}/import/`, heading: "The board is imported", title: "Harbour is imported", says: "2 votes are left out." },
    { url: `${ferry.url}archive/`, heading: "Archive", title: `Archive of ${boardName}`, says: "Splice the old rope" },
    { url: `/messaging/task/${rope.id}/comments/`, heading: "#3 Splice the old rope", title: "#3 Splice the old rope", says: "This task is archived" },
    { url: `/messaging/board/${ferry.id}/rooms/`, heading: "Rooms", title: `Rooms of ${boardName}`, says: "Budget" },
    { url: `/messaging/board/${ferry.id}/rooms/create/`, heading: "New room", title: `New room on ${boardName}`, says: "Invite" },
    { url: general.url, heading: "General", title: "General", says: "Blue for the whole railing" },
    { url: `${general.url}?thread=${blue.id}`, heading: "General", title: "General", says: "Blue it is" },
    { url: `${general.url}?pins=`, heading: "General", title: "General", says: "pinned by Ana" },
    { url: `${general.url}?act=${blue.id}`, heading: "General", title: "General", says: "Mark unread from here" },
    { url: `${message}task/`, heading: "New task from a message", title: "New task from a message", says: "Blue for the whole" },
    { url: `${general.url}settings/`, heading: "About this room", title: "About General", says: "Delete the room" },
    { url: comments, heading: "#1 Paint the railing", title: "#1 Paint the railing", says: "I have the paint" },
    { url: `${comments}?act=${first.id}`, heading: "#1 Paint the railing", title: "#1 Paint the railing", says: "Mark unread from here" },
    { url: "/messaging/scheduled/", heading: "Scheduled messages", title: "Scheduled messages", says: "The paint is here" },
    { url: "/tasks/", heading: "My tasks", title: "My tasks", says: "Paint the railing" },
    { url: "/search/", heading: "Search", title: "Search", says: "What you can type" },
    { url: "/search/?q=railing+from%3Ame", heading: "Search", title: "railing from:me · Search", says: "Paint the" },
    { url: "/search/?q=is%3Apurple", heading: "Search", title: "is:purple · Search", says: "is:task." },
    { url: `/invite/${invite.token}/`, heading: boardName, title: `Join ${boardName}`, says: "Ana invites you", signedOut: true },
    { url: `${ferry.url}activity/`, heading: "Activity", title: `Activity of ${boardName}`, says: "#3 Splice the old rope" },
    { url: `${ferry.url}activity/?task=${task.id}`, heading: "Activity", title: "Activity of #1 Paint the railing", says: "assigned themselves to this task" },
    { url: `${ferry.url}transfer/?tasks=${task.id}`, heading: "Move to another board", title: "Move to another board", says: "#1 Paint the railing" },
  ];
  return { ana, bo, vi, ferry, general, task: task.id as number, stops };
}

/** The page on which somebody looks at this stop: Ana's, or a stranger's. */
export function viewer(stop: Stop, ana: Page, stranger: Page): Page {
  return stop.signedOut ? stranger : ana;
}
