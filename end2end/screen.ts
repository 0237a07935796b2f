// Where things stand on the screen, by what people read there.
import type { Locator, Page } from "@playwright/test";

/** The messages or comments. */
export const log = (page: Page): Locator => page.getByRole("log");

/** A message whose text is this. */
export const said = (page: Page, text: string): Locator =>
  log(page).getByText(text, { exact: true });

/** A message that says this, with its author, its time and its buttons; not one that quotes it. */
export const row = (page: Page, text: string): Locator =>
  log(page)
    .getByRole("listitem")
    .filter({ has: page.locator(".message-text, .message-gone", { hasText: text }) });

/** The text field of a room. */
export const composer = (page: Page, room: string): Locator =>
  page.getByLabel(`Message ${room}`, { exact: true });

/** The text field of a task's comments. */
export const commenting = (page: Page): Locator =>
  page.getByLabel("Write a comment", { exact: true });

/** Writes in a room and sends it. */
export async function send(page: Page, room: string, text: string): Promise<void> {
  await composer(page, room).fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
}

/** Writes a comment on the task that is shown and posts it. */
export async function comment(page: Page, text: string): Promise<void> {
  await commenting(page).fill(text);
  await page.getByRole("button", { name: "Post" }).click();
}

/** Does the page run its script? */
const runs = async (page: Page): Promise<boolean> =>
  (await page.locator("html[data-hydrated]").count()) > 0;

/** What one can do with a message, once it is shown: a menu, or the forms below the message. */
export async function actions(page: Page, text: string): Promise<Locator> {
  const message = row(page, text);
  await message.hover();
  if (await runs(page)) {
    await message.getByRole("button", { name: "More…" }).click();
    return page.getByRole("dialog", { name: "Actions" });
  }
  await message.getByRole("link", { name: "Actions…" }).click();
  return row(page, text).locator(".message-forms");
}

/** Deletes the message with this text. */
export async function remove(page: Page, text: string): Promise<void> {
  const shown = await actions(page, text);
  await shown.getByRole("button", { name: /^Delete/ }).click();
}

/** Gives a message another text. */
export async function edit(page: Page, text: string, other: string): Promise<void> {
  const shown = await actions(page, text);
  if (await runs(page)) await shown.getByRole("button", { name: "Edit" }).click();
  await log(page).getByRole("textbox").fill(other);
  await log(page).getByRole("button", { name: "Save" }).click();
}

/** Puts an emoji under a message, or takes it back. */
export async function react(page: Page, text: string, emoji: string): Promise<void> {
  const shown = await actions(page, text);
  if (!(await runs(page))) return shown.getByRole("button", { name: emoji }).first().click();
  await shown.getByRole("button", { name: "React…" }).click();
  await page
    .getByRole("listbox", { name: "Emoji" })
    .getByText(emoji, { exact: true })
    .first()
    .click();
}

/** An emoji under a message, with how many people put it there. */
export const chip = (page: Page, text: string, words: string): Locator =>
  row(page, text).locator(".reaction").filter({ hasText: words });

/** Begins to reply to a comment. */
export async function replyTo(page: Page, text: string): Promise<void> {
  const shown = await actions(page, text);
  await shown.getByText("Reply", { exact: true }).click();
}

/** The thread that is open beside a room. */
export const thread = (page: Page): Locator => page.getByRole("region", { name: "Thread" });

/** The people to mention. */
export const completion = (page: Page): Locator =>
  page.getByRole("listbox", { name: "People to mention" });

/** The boards and rooms at the side. */
export const sidebar = (page: Page): Locator =>
  page.getByRole("navigation", { name: "Boards and rooms" });

/** A place of the sidebar with so much unread. */
export const unread = (page: Page, place: string, count: number): Locator =>
  sidebar(page).getByRole("link", { name: new RegExp(`^${place}\\s*${count} unread$`) });

/** A place of the sidebar with nothing unread. */
export const nothingUnread = (page: Page, place: string): Locator =>
  sidebar(page).getByRole("link", { name: place, exact: true });

/** Who is in a room, and who reads along. */
export const members = (page: Page): Locator => page.getByRole("region", { name: "Members" });

/** A row of the inbox that says this. */
export const entry = (page: Page, words: string): Locator =>
  page.locator(".inbox").getByRole("button", { name: new RegExp(`^(?!Mark|Remove).*${words}`) });

/** A column of the board. */
export const column = (page: Page, name: string): Locator => page.getByRole("region", { name });

/** A task's card in a column. */
export const card = (page: Page, inColumn: string, title: string): Locator =>
  column(page, inColumn).getByRole("link", { name: title });

/** Moves the task that is shown. */
export async function moveTo(page: Page, name: string, place?: number): Promise<void> {
  await page.getByText("Move to…", { exact: true }).click();
  await page.getByRole("combobox", { name: "Column" }).selectOption({ label: name });
  if (place) await page.getByRole("spinbutton", { name: "Place from the top" }).fill(`${place}`);
  await page.getByRole("button", { name: "Move", exact: true }).click();
}
