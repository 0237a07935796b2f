// Writing Markdown: keys, toolbar, pasted addresses, lists that go on, the preview, and tasks that are named.
import type { CDPSession, Locator, Page, Person, Room, Task } from "../scenes.ts";
import { type Board, expect, test } from "../scenes.ts";
import { commenting, composer, log, row, said } from "../screen.ts";

let ana: Person;
let bo: Person;
let theirs: Board;
let general: Room;
let ship: Task;
let page: Page;
let field: Locator;

test.beforeEach(async ({ pair, room, task, visit }) => {
  ({ ana, bo, board: theirs } = pair);
  general = await room(ana, theirs, "general");
  ship = await task(ana, theirs, "Ship it");
  await task(ana, theirs, "Paint the railing");
  page = await visit(ana, general.url);
  field = composer(page, "general");
  await written(field);
});

/** Waits until the part that knows Markdown is here. */
async function written(field: Locator) {
  await field.fill("x");
  await field.press("Control+b");
  await expect(field).toHaveValue("x****");
  await field.fill("");
}

/** Selects a word of the text. */
const select = (field: Locator, word: string) =>
  field.evaluate((area: HTMLTextAreaElement, word) => {
    const at = area.value.indexOf(word);
    area.focus();
    area.setSelectionRange(at, at + word.length);
  }, word);

const tools = (page: Page) => page.getByRole("group", { name: "Formatting" });
const tasks = (page: Page) => page.getByRole("listbox", { name: "Tasks to name" });
const options = (page: Page) => tasks(page).getByRole("option");
const preview = (page: Page) => page.getByRole("region", { name: "Preview" });

test("keys mark what is selected, the same key takes it back, and so does undo", async () => {
  await field.fill("one word here");
  for (const [key, marked] of [
    ["Control+b", "one **word** here"],
    ["Control+i", "one *word* here"],
    ["Control+e", "one `word` here"],
    ["Control+Shift+X", "one ~~word~~ here"],
  ] as const) {
    await select(field, "word");
    await field.press(key);
    await expect(field).toHaveValue(marked);
    await field.press(key);
    await expect(field).toHaveValue("one word here");
  }
  await select(field, "word");
  await field.press("Control+b");
  await field.press("Control+z");
  await expect(field).toHaveValue("one word here");
  await field.press("Control+Shift+Z");
  await expect(field).toHaveValue("one **word** here");
  await field.press("Enter");
  await expect(row(page, "one word here").locator(".message-text strong")).toHaveText("word");
});

test("Ctrl K makes a link of what is selected, and is the palette's where nothing is", async () => {
  await field.fill("see the plan");
  await select(field, "the plan");
  await field.press("Control+k");
  await expect(field).toHaveValue("see [the plan]()");
  await field.pressSequentially("https://example.org/");
  await expect(field).toHaveValue("see [the plan](https://example.org/)");
  await expect(page.getByRole("dialog", { name: "Go to or do" })).toHaveCount(0);
  await field.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Go to or do" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(field).toHaveValue("see [the plan](https://example.org/)");
});

test("an address pasted over words makes them a link; other text takes their place", async () => {
  await field.fill("see the plan");
  await select(field, "the plan");
  await paste(field, "https://example.org/a_(b)");
  await expect(field).toHaveValue("see [the plan](https://example.org/a_%28b%29)");
  await field.press("Control+z");
  await expect(field).toHaveValue("see the plan");
  await select(field, "the plan");
  expect(await paste(field, "two words"), "the browser pastes itself").toBe(true);
});

test("a list goes on with the line break and ends on an empty item", async () => {
  await field.pressSequentially("- [x] one");
  await field.press("Shift+Enter");
  await expect(field).toHaveValue("- [x] one\n- [ ] ");
  await field.pressSequentially("two");
  await field.press("Shift+Enter");
  await field.press("Shift+Enter");
  await expect(field).toHaveValue("- [x] one\n- [ ] two\n");
  await field.pressSequentially("done");
  await field.press("Shift+Enter");
  await field.pressSequentially("1. a");
  await field.press("Shift+Enter");
  await expect(field).toHaveValue("- [x] one\n- [ ] two\ndone\n1. a\n2. ");
  await field.press("Control+z");
  await expect(field).not.toHaveValue(/2\. $/);
});

test("the toolbar is shown when asked for, works by mouse and keys, and stays as it was chosen", async ({ hydrated }) => {
  await expect(tools(page)).toHaveCount(0);
  const button = page.getByRole("button", { name: "Formatting" });
  await button.click();
  await field.fill("one\ntwo");
  await select(field, "one\ntwo");
  await tools(page).getByRole("button", { name: "List", exact: true }).click();
  await expect(field).toHaveValue("- one\n- two");
  await expect(field).toBeFocused();
  const numbers = tools(page).getByRole("button", { name: "Numbered list" });
  await numbers.focus();
  await page.keyboard.press("Enter");
  await expect(field).toHaveValue("1. one\n2. two");
  await tools(page).getByRole("button", { name: "Numbered list" }).click();
  await tools(page).getByRole("button", { name: "Quote" }).click();
  await expect(field).toHaveValue("> one\n> two");
  await field.fill("");
  await page.reload();
  await hydrated(page);
  await expect(tools(page)).toBeVisible();
  await expect(button).toHaveAttribute("aria-expanded", "true");
  await button.click();
  await expect(tools(page)).toHaveCount(0);
  await page.reload();
  await hydrated(page);
  await written(field);
  await expect(tools(page)).toHaveCount(0);
});

test("the preview shows what will be said, follows the text, and says nothing", async ({ visit }) => {
  const bos = await visit(bo, general.url);
  await page.getByRole("button", { name: "Formatting" }).click();
  await field.fill(`**Hi** @${bo.username}, see #1 <b>`);
  await tools(page).getByRole("button", { name: "Preview" }).click();
  await expect(preview(page).locator("strong")).toHaveText("Hi");
  await expect(preview(page).locator(".mention")).toHaveText(`@${bo.username}`);
  await expect(preview(page).locator(".task-link")).toHaveText("#1 Ship it To do");
  await expect(preview(page)).toContainText("<b>");
  await field.fill("# Plan");
  await expect(preview(page).getByRole("heading", { name: "Plan" })).toBeVisible();
  await field.fill("");
  await expect(preview(page)).toHaveText("Nothing is written yet.");
  await expect(log(bos).locator(".message-text")).toHaveCount(0);
  await tools(page).getByRole("button", { name: "Preview" }).click();
  await expect(preview(page)).toHaveCount(0);
});

test("a preview that comes late never replaces a newer one", async () => {
  let answer = () => {};
  const late = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/preview", async (route) => {
    if (route.request().postData()?.includes("first")) await late;
    await route.continue();
  });
  await page.getByRole("button", { name: "Formatting" }).click();
  await field.fill("first");
  const slow = page.waitForResponse((response) => response.request().postData()?.includes("first") ?? false);
  const asked = page.waitForRequest((request) => request.postData()?.includes("first") ?? false);
  await tools(page).getByRole("button", { name: "Preview" }).click();
  await asked;
  await field.fill("second");
  await expect(preview(page)).toHaveText("second");
  answer();
  await (await slow).finished();
  await field.press("End");
  await expect(preview(page)).toHaveText("second");
});

test("# names a task by its number or by a word of its title", async () => {
  await field.pressSequentially("see #");
  await expect(options(page)).toHaveText([/#2\s*Paint the railing\s*To do/, /#1\s*Ship it\s*To do/]);
  await field.pressSequentially("1");
  await expect(options(page)).toHaveText([/#1\s*Ship it/]);
  await field.press("Tab");
  await expect(field).toHaveValue("see #1 ");
  await field.pressSequentially("and #rai");
  await expect(options(page)).toHaveText([/#2\s*Paint the railing/]);
  await expect(page.getByRole("combobox", { name: "Message general" })).toHaveAttribute("aria-expanded", "true");
  await expect(page.getByRole("status").filter({ hasText: "1 task. Enter inserts." })).toHaveCount(1);
  await field.press("Enter");
  await expect(field).toHaveValue("see #1 and #2 ");
  await expect(tasks(page)).toHaveCount(0);
  await field.press("Control+z");
  await expect(field).toHaveValue("see #1 and #rai");
  await field.press("Escape");
  await field.press("Enter");
  await expect(row(page, "see").locator(".task-link")).toHaveText(["#1 Ship it To do"]);
});

test("a heading, an address and a word with a # in it name nothing; Escape closes the list for this one", async () => {
  for (const text of ["# ", "##", "a#1", "https://example.org/#1", "&#1"]) {
    await field.fill("");
    await field.pressSequentially(text);
    await expect(tasks(page)).toHaveCount(0);
  }
  await field.fill("");
  await field.pressSequentially("#");
  await expect(options(page)).toHaveCount(2);
  await field.press("ArrowDown");
  await expect(tasks(page).getByRole("option", { selected: true })).toContainText("Ship it");
  await field.press("Escape");
  await expect(tasks(page)).toHaveCount(0);
  await field.pressSequentially("1");
  await field.press("Enter");
  await expect(log(page).locator(".task-link")).toHaveText(["#1 Ship it To do"]);
});

test("an answer about tasks that comes late never replaces a newer one, and a chosen row stays chosen", async () => {
  let answer = () => {};
  const late = new Promise<void>((resolve) => (answer = resolve));
  const ofNothing = (url: URL) => url.pathname.endsWith("/name_tasks") && decodeURIComponent(url.search).includes('"q":""');
  await page.route(ofNothing, async (route) => {
    await late;
    await route.continue();
  });
  const slow = page.waitForResponse((response) => ofNothing(new URL(response.url())));
  await field.pressSequentially("#");
  await field.pressSequentially("pai");
  await expect(options(page)).toHaveText([/Paint/]);
  answer();
  await (await slow).finished();
  await field.press("ArrowDown");
  await expect(options(page)).toHaveText([/Paint/]);
});

test("comments, edits and descriptions complete in the same way", async ({ say, visit }) => {
  await say(ana, general, "Frist");
  await expect(said(page, "Frist")).toBeVisible();
  await field.press("ArrowUp");
  const edited = page.getByLabel("Edit the message");
  await edited.fill("");
  await edited.pressSequentially("First #shi");
  await expect(options(page)).toHaveText([/Ship it/]);
  await edited.press("Enter");
  await edited.press("Enter");
  await expect(row(page, "First").locator(".task-link")).toHaveText("#1 Ship it To do");

  await visit(ana, ship.url);
  await commenting(page).pressSequentially("As #2");
  await expect(options(page)).toHaveText([/Paint/]);
  await commenting(page).press("Enter");
  await expect(commenting(page)).toHaveValue("As #2 ");

  await page.getByText("Edit", { exact: true }).click();
  const description = page.getByLabel("Description");
  await written(description);
  await description.pressSequentially("- see #pai");
  await expect(options(page)).toHaveText([/Paint/]);
  await description.press("Enter");
  await description.pressSequentially("soon");
  await description.press("Enter");
  await description.pressSequentially(`ask @${bo.username.slice(0, 2)}`);
  await expect(page.getByRole("listbox", { name: "People to mention" }).getByRole("option")).toHaveText([/Bo/]);
  await description.press("Enter");
  await expect(description).toHaveValue(`- see #2 soon\n- ask @${bo.username} `);
  await select(description, "soon");
  await description.press("Control+b");
  await page.locator(".task-edit").getByRole("button", { name: "Formatting" }).click();
  await page.locator(".task-edit").getByRole("button", { name: "Preview" }).click();
  await expect(preview(page).locator("strong")).toHaveText("soon");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".task-description strong")).toHaveText("soon");
  await expect(page.locator(".task-description .mention")).toHaveText(`@${bo.username}`);
});

test("what an input method composes is never changed", async () => {
  const keys: CDPSession = await page.context().newCDPSession(page);
  const compose = (text: string) =>
    keys.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await field.pressSequentially(":smile");
  await expect(page.getByRole("listbox", { name: "Emoji" })).toBeVisible();
  await compose(":");
  await expect(field).toHaveValue(":smile:");
  await keys.send("Input.insertText", { text: ":" });
  await expect(field).toHaveValue("😄");
  await field.fill("- one");
  await field.press("End");
  await compose("ぼ");
  const common = { key: "Enter", code: "Enter", modifiers: 8, windowsVirtualKeyCode: 229 };
  await keys.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...common });
  await keys.send("Input.dispatchKeyEvent", { type: "keyUp", ...common });
  await expect(field).toHaveValue("- oneぼ");
});

/** Pastes a text as the browser would tell of it; whether the browser would put it in itself. */
const paste = (field: Locator, text: string) =>
  field.evaluate((area: HTMLTextAreaElement, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    return area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
