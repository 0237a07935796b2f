// Completion of mentions: keyboard, mouse, screen reader, input method, slow answers.
import type { Board, CDPSession, Locator, Page, Person, Room } from "../scenes.ts";
import { expect, test } from "../scenes.ts";
import { commenting, completion, composer, log, row, said } from "../screen.ts";

let ana: Person;
let bo: Person;
let bea: Person;
let theirs: Board;
let general: Room;
let page: Page;
let field: Locator;

test.beforeEach(async ({ board, person, room, visit }) => {
  [ana, bo, bea] = [await person("Ana"), await person("Bo"), await person("Bea")];
  theirs = await board(ana, bo, bea);
  general = await room(ana, theirs, "general");
  page = await visit(ana, general.url);
  field = composer(page, "general");
});

test("@ alone opens the list of everybody else here, and a word without it none", async () => {
  await field.pressSequentially("hello");
  await expect(completion(page)).toHaveCount(0);
  await field.pressSequentially(" @");
  await expect(completion(page).getByRole("option")).toHaveCount(2);
  await field.press("Backspace");
  await expect(completion(page)).toHaveCount(0);
  await field.press("Backspace");
  await field.pressSequentially("@");
  await expect(completion(page)).toHaveCount(0);
});

test("the arrows choose around the ends, Enter takes the one chosen and does not send", async () => {
  await field.pressSequentially("Ask @b");
  await expect(options()).toHaveText([/Bea/, /Bo/]);
  await expect(chosen()).toContainText("Bea");
  await field.press("ArrowDown");
  await expect(chosen()).toContainText("Bo");
  await field.press("ArrowDown");
  await expect(chosen()).toContainText("Bea");
  await field.press("ArrowUp");
  await expect(chosen()).toContainText("Bo");
  await field.press("Enter");
  await expect(field).toHaveValue(`Ask @${bo.username} `);
  await expect(completion(page)).toHaveCount(0);
  await expect(page.getByText("Nothing said yet")).toBeVisible();
  await field.pressSequentially("please");
  await field.press("Enter");
  await expect(row(page, "Ask").locator(".mention")).toHaveText(`@${bo.username}`);
});

test("Tab takes the one chosen and the field keeps the focus", async () => {
  await field.pressSequentially("@be");
  await expect(options()).toHaveText([/Bea/]);
  await field.press("Tab");
  await expect(field).toHaveValue(`@${bea.username} `);
  await expect(field).toBeFocused();
});

test("a click takes a row, in the middle of a text too", async () => {
  await field.fill("Dear , welcome");
  for (let step = 0; step < ", welcome".length; step++) await field.press("ArrowLeft");
  await field.pressSequentially("@bo");
  await completion(page).getByRole("option", { name: "Bo" }).click();
  await expect(field).toHaveValue(`Dear @${bo.username} , welcome`);
  await expect(field).toBeFocused();
  await field.pressSequentially("and all");
  await expect(field).toHaveValue(`Dear @${bo.username} and all, welcome`);
});

test("Escape closes the list for this mention, and Enter then sends what is there", async () => {
  await field.pressSequentially("@b");
  await expect(options()).toHaveCount(2);
  await field.press("Escape");
  await expect(completion(page)).toHaveCount(0);
  await field.pressSequentially("e");
  await field.press("Enter");
  await expect(said(page, "@be")).toBeVisible();
  await field.pressSequentially("@b");
  await expect(options()).toHaveCount(2);
});

test("a screen reader hears a combobox with a list and the row chosen", async () => {
  await expect(page.getByRole("textbox", { name: "Message general" })).toHaveAttribute(
    "aria-autocomplete",
    "list",
  );
  await field.pressSequentially("@b");
  const combobox = page.getByRole("combobox", { name: "Message general" });
  await expect(combobox).toHaveAttribute("aria-expanded", "true");
  const list = (await combobox.getAttribute("aria-controls")) ?? "";
  await expect(completion(page)).toHaveId(list);
  await expect(chosen()).toHaveCount(1);
  for (const key of ["ArrowDown", "ArrowUp"]) {
    await field.press(key);
    const active = (await combobox.getAttribute("aria-activedescendant")) ?? "";
    await expect(chosen()).toHaveId(active);
  }
  await expect(page.getByRole("status").filter({ hasText: "2 people" })).toHaveCount(1);
  await field.press("Escape");
  for (const attribute of ["aria-expanded", "aria-controls", "aria-activedescendant"]) {
    await expect(field).not.toHaveAttribute(attribute);
  }
});

test("people are found by any word of their name, accents aside, and who talks here comes first", async ({
  board,
  person,
  room,
  say,
  visit,
}) => {
  const [marta, mario] = [await person("Marta"), await person("Mario")];
  const theirs = await board(ana, marta, mario);
  const office = await room(ana, theirs, "office");
  await visit(ana, office.url);
  const here = composer(page, "office");
  await here.pressSequentially("@mar");
  await expect(options()).toHaveText([/Mario/, /Marta/]);
  await here.fill("");
  await say(marta, office, "Good morning");
  await expect(said(page, "Good morning")).toBeVisible();
  await here.pressSequentially("@már");
  await expect(options()).toHaveText([/Marta/, /Mario/]);
});

test("an answer that comes late never replaces a newer one", async ({ hydrated }) => {
  let answer = () => {};
  const late = new Promise<void>((resolve) => (answer = resolve));
  // Without the people of the room at hand, each key asks.
  await page.route("**/api/mention_people*", (route) => route.fulfill({ json: null }));
  await page.reload();
  await hydrated(page);
  const ofNothing = (url: string) => url.includes("mention_candidates") && decodeURIComponent(url).includes('"q":""');
  await page.route((url) => ofNothing(url.href), async (route) => {
    await late;
    await route.continue();
  });
  const slow = page.waitForResponse((response) => ofNothing(response.url()));
  await field.pressSequentially("@");
  await field.pressSequentially("bo");
  await expect(options()).toHaveText([/Bo/]);
  answer();
  await (await slow).finished();
  await field.press("ArrowDown");
  await expect(options()).toHaveText([/Bo/]);
  await field.press("Enter");
  await expect(field).toHaveValue(`@${bo.username} `);
  await expect(completion(page)).toHaveCount(0);
});

test("people who are here are found without the server, and who came later behind them", async ({ person, post }) => {
  let answer = () => {};
  const late = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/mention_candidates*", async (route) => {
    await late;
    await route.continue();
  });
  const come = page.waitForResponse("**/api/mention_people*");
  await field.click();
  await (await come).finished();
  await field.pressSequentially("@b");
  await expect(options()).toHaveText([/Bea/, /Bo/]);
  const belle = await person("Belle");
  await post(ana, `/boards/${theirs.id}/members/`, { username: belle.username, role: "member" });
  await field.pressSequentially("e");
  await expect(options()).toHaveText([/Bea/]);
  answer();
  await expect(options()).toHaveText([/Bea/, /Belle/]);
});

test("Enter, Escape and arrows inside a composition belong to the input method", async () => {
  const keys = await inputMethod(page);
  await field.pressSequentially("@");
  await expect(options()).toHaveCount(2);
  await keys.compose("ぼ");
  await keys.press("ArrowDown");
  await keys.press("Enter");
  await expect(field).toHaveValue("@ぼ");
  await keys.commit("bo");
  await expect(field).toHaveValue("@bo");
  await expect(options()).toHaveText([/Bo/]);
  await field.press("Enter");
  await expect(field).toHaveValue(`@${bo.username} `);
  await expect(log(page).locator(".message-text")).toHaveCount(0);
});

test("completion works the same in the comments of a task", async ({ board, task, visit }) => {
  const hall = await task(ana, await board(ana, bo), "Book the hall");
  await visit(ana, hall.url);
  await commenting(page).pressSequentially("@bo");
  await expect(options()).toHaveText([/Bo/]);
  await commenting(page).press("Enter");
  await commenting(page).press("Enter");
  await expect(log(page).locator(".mention")).toHaveText(`@${bo.username}`);
});

test("a group is offered when its name is typed, and taken like a person", async () => {
  await field.pressSequentially("@ro");
  await expect(options()).toHaveText([/@room/]);
  await field.press("Enter");
  await expect(field).toHaveValue("@room ");
});

test("who is mentioned outside of a private room can be put into it at once", async ({ privateRoom, board, visit }) => {
  const secret = await privateRoom(ana, await board(ana, bo), "Secret");
  await visit(ana, secret.url);
  await composer(page, "Secret").fill(`Between us, @${bo.username}`);
  await composer(page, "Secret").press("Enter");
  await page.getByRole("button", { name: "Add Bo" }).click();
  await expect(page.getByRole("button", { name: "Add Bo" })).toHaveCount(0);
  const bos = await visit(bo, secret.url);
  await expect(said(bos, `Between us, @${bo.username}`)).toBeVisible();
});

const options = () => completion(page).getByRole("option");
const chosen = () => completion(page).getByRole("option", { selected: true });

/** The keyboard of somebody who writes with an input method: while it composes, keys are its own. */
async function inputMethod(page: Page) {
  const cdp: CDPSession = await page.context().newCDPSession(page);
  return {
    compose: (text: string) =>
      cdp.send("Input.imeSetComposition", {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      }),
    press: async (key: string) => {
      const common = { key, code: key, windowsVirtualKeyCode: 229 };
      await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...common });
      await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...common });
    },
    commit: (text: string) => cdp.send("Input.insertText", { text }),
  };
}
