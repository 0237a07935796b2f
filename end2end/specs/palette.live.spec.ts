// Going anywhere and doing anything by keyboard: the palette, and the keys of every page.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "../scenes.ts";
import { composer, entry, sidebar } from "../screen.ts";

const palette = (page: Page) => page.getByRole("dialog", { name: "Go to or do" });
const field = (page: Page) => palette(page).getByRole("combobox", { name: "Go to or do" });
const options = (page: Page) => palette(page).getByRole("option");
const chosen = (page: Page) => palette(page).getByRole("option", { selected: true });
const map = (page: Page) => page.getByRole("dialog", { name: "Keys" });

/** Waits until the browser remembers that a place was opened. */
const remembered = (page: Page, place: string) =>
  expect.poll(() => page.evaluate((place) => Object.keys(localStorage).some((key) => /^recent\/\d+\//.test(key) && key.includes(place)), place)).toBe(true);

test("Ctrl K leads from a field to a task by its number, by words, and back to what was open before", async ({ pair: { ana, board }, room, task, visit }) => {
  const general = await room(ana, board, "general");
  await task(ana, board, "Paint the railing");
  const gate = await task(ana, board, "Oil the gate");
  const page = await visit(ana, general.url);
  await remembered(page, "/room-");
  await composer(page, "general").fill("Hi");
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(`#${gate.number}`);
  await expect(chosen(page)).toHaveText(/#2 Oil the gate/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(gate.pane);
  await expect(palette(page)).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(options(page).first()).toHaveText(/^general/);
  await page.keyboard.type("rail pai");
  await expect(chosen(page)).toHaveText(/#1 Paint the railing/);
  await field(page).fill("");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(general.url);
  await expect(composer(page, "general"), "the draft is kept").toHaveValue("Hi");
});

test("the arrows choose, an input method keeps its Enter, and Escape gives the focus back", async ({ pair: { ana, board }, visit }) => {
  const page = await visit(ana, board.url);
  const opener = sidebar(page).getByRole("button", { name: "Go to…" });
  await opener.click();
  await expect(field(page)).toBeFocused();
  await expect(options(page).filter({ hasText: /^Labels/ }), "what the page offers").toHaveCount(1);
  const first = await chosen(page).getAttribute("id");
  await expect(field(page)).toHaveAttribute("aria-activedescendant", first!);
  await page.keyboard.press("ArrowDown");
  const second = await chosen(page).getAttribute("id");
  expect(second).not.toBe(first);
  await expect(field(page)).toHaveAttribute("aria-activedescendant", second!);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(chosen(page), "around the ends").toHaveId((await options(page).last().getAttribute("id"))!);
  await field(page).fill("inbox");
  await field(page).dispatchEvent("keydown", { key: "Enter", isComposing: true });
  await expect(field(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(palette(page)).toHaveCount(0);
  await expect(opener).toBeFocused();
  await opener.click();
  await expect(field(page)).toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(palette(page), "the same key closes it").toHaveCount(0);
  await opener.click();
  await expect(field(page)).toBeFocused();
  await page.mouse.click(5, 5);
  await expect(palette(page), "so does a click beside it").toHaveCount(0);
  await opener.click();
  await field(page).fill("members");
  await options(page).filter({ hasText: /^Members\s*On this page/ }).click();
  await expect(page).toHaveURL(`${board.url}members/`);
});

test("asked for twice at once it opens once", async ({ pair: { ana, board }, visit }) => {
  const page = await visit(ana, board.url);
  await page.evaluate(() => {
    const press = () => new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true, cancelable: true });
    for (const event of [press(), press()]) document.body.dispatchEvent(event);
  });
  await expect(field(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(palette(page)).toHaveCount(0);
  // Whatever waited for it to be closed has had its turn.
  await page.evaluate(() => new Promise((done) => requestIdleCallback(() => requestAnimationFrame(done))));
  await expect(palette(page)).toHaveCount(0);
});

test("what the server finds leaves what is chosen where it is, and no late answer counts", async ({ pair: { ana, board }, board: make, room, task, visit }) => {
  for (const name of ["gull one", "gull two"]) await room(ana, board, name);
  await task(ana, await make(ana), "Gull");
  const page = await visit(ana, board.url);
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(/look_up/, async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  const asked = page.waitForRequest(/look_up.*gull/);
  await page.keyboard.type("gull");
  await expect(options(page)).toHaveText([/^gull one/, /^gull two/, /^Search for “gull”/]);
  await page.keyboard.press("ArrowDown");
  await asked;
  letGo();
  await expect(options(page)).toHaveText([/^gull one/, /^gull two/, /^#\d+ Gull/, /^Search for “gull”/]);
  await expect(chosen(page)).toHaveText(/^gull two/);
});

test.describe("without a network", () => {
  test.use({ expectedConsole: /net::ERR_/ });

  test("it leads to what the browser knows, and says so", async ({ pair: { ana, board }, room, visit }) => {
    const general = await room(ana, board, "general");
    const page = await visit(ana, general.url);
    await page.keyboard.press("Control+k");
    await expect(field(page)).toBeFocused();
    await page.route(/look_up/, (route) => route.abort());
    await page.keyboard.type("ana's b");
    await expect(chosen(page)).toHaveText(/^Ana's board/);
    await expect(palette(page).getByText("only what this browser knows")).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(board.url);
  });
});

test("letters lead to places and through lists, and do nothing in a field", async ({ pair: { ana, bo, board }, room, say, visit }) => {
  const general = await room(ana, board, "general");
  for (const text of ["first", "second"]) {
    const place = await room(bo, board, text);
    await say(bo, place, `${text} @${ana.username}`);
  }
  const page = await visit(ana, general.url);
  await composer(page, "general").focus();
  await page.keyboard.type("g i c ? j");
  await expect(composer(page, "general")).toHaveValue("g i c ? j");
  await composer(page, "general").fill("");
  await composer(page, "general").blur();
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page).toHaveURL("/messaging/notifications/");
  await expect(entry(page, "second")).toBeVisible();
  await page.keyboard.press("j");
  await expect(entry(page, "second")).toBeFocused();
  await page.keyboard.press("j");
  await expect(entry(page, "first")).toBeFocused();
  await page.keyboard.press("k");
  await expect(entry(page, "second")).toBeFocused();
  await page.keyboard.press("c");
  await expect(page).toHaveURL(board.url);
  await expect(page.locator(":focus")).toHaveAttribute("name", "title");
  await page.keyboard.type("Mow");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "Mow" })).toBeVisible();
});

for (const width of [1440, 390]) {
  test(`the map says which keys there are here, and axe finds nothing in what opens, at ${width} px`, async ({ pair: { ana, board }, visit }) => {
    await ana.page.setViewportSize({ width, height: 844 });
    const page = await visit(ana, board.url);
    const complaints = async () => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
    };
    await page.keyboard.press("?");
    await expect(map(page).getByText("On a card", { exact: true })).toBeVisible();
    await expect(map(page).getByText("In this list")).toHaveCount(0);
    await expect(map(page).getByRole("button", { name: "Close" })).toBeFocused();
    expect.soft(await complaints()).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(map(page)).toHaveCount(0);
    await page.getByRole("button", { name: "Go to…" }).first().click();
    await field(page).fill("map of k");
    expect.soft(await complaints()).toEqual([]);
    await page.keyboard.press("Enter");
    await expect(map(page)).toBeVisible();
  });
}
