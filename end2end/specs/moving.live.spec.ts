// Cards moved by mouse, finger and keys, undone, and seen to move on the other's screen.
import { card, column } from "../screen.ts";
import { type Board, expect, type Locator, type Page, type Person, test as base } from "../scenes.ts";

interface Fixtures {
  /** Makes tasks in the first column, from the top. */
  tasks: (owner: Person, board: Board, ...titles: string[]) => Promise<void>;
}

const test = base.extend<Fixtures>({
  tasks: async ({ post }, use) => {
    await use(async (owner, board, ...titles) => {
      for (const title of titles) await post(owner, `/boards/${board.id}/tasks/`, { title });
    });
  },
});

/** The titles of a column, from the top. */
async function expectColumn(page: Page, name: string, ...titles: string[]): Promise<void> {
  await expect(column(page, name).locator(".card-title")).toHaveText(titles);
}

/** The middle of something, moved by so much. */
async function middle(of: Locator, dx = 0, dy = 0): Promise<[number, number]> {
  const box = (await of.boundingBox())!;
  return [box.x + box.width / 2 + dx, box.y + box.height / 2 + dy];
}

/** Carries a card to a point; the button is still down. */
async function carry(page: Page, from: Locator, to: [number, number]): Promise<void> {
  await page.mouse.move(...(await middle(from)));
  await page.mouse.down();
  await page.mouse.move(to[0] - 20, to[1] - 20, { steps: 4 });
  await page.mouse.move(...to, { steps: 2 });
}

const toast = (page: Page) => page.locator(".toast");

test("a card is dragged between two others, and everybody sees it there", async ({ pair: { ana, bo, board }, tasks, visit }) => {
  await tasks(ana, board, "One", "Two", "Three");
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  await carry(anas, card(anas, "To do", "Three"), await middle(card(anas, "To do", "Two"), 0, -12));
  await expect(anas.locator(".landing")).toBeVisible();
  await expect(anas.locator(".card-copy")).toBeVisible();
  await anas.mouse.up();
  for (const page of [anas, bos]) await expectColumn(page, "To do", "One", "Three", "Two");
  await expect(toast(anas)).toContainText("Moved to To do.");
  await expect(anas).toHaveURL(board.url);

  await carry(anas, card(anas, "To do", "One"), await middle(column(anas, "Done")));
  await anas.mouse.up();
  for (const page of [anas, bos]) {
    await expectColumn(page, "To do", "Three", "Two");
    await expectColumn(page, "Done", "One");
  }
  await expect(anas.locator(".card-copy, .landing")).toHaveCount(0);

  // A click is none that moves.
  await card(anas, "Done", "One").click();
  await expect(anas.getByRole("region", { name: "Task" })).toBeVisible();
});

test("Escape takes a drag back", async ({ pair: { ana, board }, tasks, visit }) => {
  await tasks(ana, board, "One", "Two");
  const page = await visit(ana, board.url);
  await carry(page, card(page, "To do", "One"), await middle(column(page, "Doing")));
  await expect(column(page, "Doing")).toHaveClass(/column-target/);
  await page.keyboard.press("Escape");
  await expect(page.locator(".card-copy, .landing, .column-target")).toHaveCount(0);
  await page.mouse.up();
  await expectColumn(page, "To do", "One", "Two");
  await expect(toast(page)).toHaveCount(0);
  await expect(page).toHaveURL(board.url);
});

test("a move is undone by its toast and by the keys", async ({ pair: { ana, bo, board }, tasks, visit }) => {
  await tasks(ana, board, "One", "Two", "Three");
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  await carry(anas, card(anas, "To do", "Two"), await middle(column(anas, "Doing")));
  await anas.mouse.up();
  await expectColumn(bos, "Doing", "Two");
  await toast(anas).getByRole("button", { name: "Undo" }).click();
  await expect(toast(anas)).toContainText("Moved back to To do.");
  for (const page of [anas, bos]) await expectColumn(page, "To do", "One", "Two", "Three");

  await carry(anas, card(anas, "To do", "Three"), await middle(column(anas, "Doing")));
  await anas.mouse.up();
  await expectColumn(bos, "Doing", "Three");
  await expect(toast(anas)).toContainText("Moved to Doing.");
  const field = anas.getByLabel("New task in To do");
  await field.fill("x");
  await field.press("Control+z");
  await expectColumn(anas, "Doing", "Three");
  await card(anas, "To do", "One").focus();
  await anas.keyboard.press("Control+z");
  for (const page of [anas, bos]) await expectColumn(page, "To do", "One", "Two", "Three");
});

test("a card is moved by keys alone, and every step is said", async ({ pair: { ana, bo, board }, tasks, visit }) => {
  await tasks(ana, board, "One", "Two", "Three");
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  const said = anas.locator("[aria-live=assertive]");
  await card(anas, "To do", "One").focus();
  await anas.keyboard.press("j");
  await expect(card(anas, "To do", "Two")).toBeFocused();
  await anas.keyboard.press("Space");
  await expect(said).toHaveText("Picked up “Two”, position 2 of 3 in To do.");
  await anas.keyboard.press("ArrowUp");
  await expect(said).toHaveText("“Two”, position 1 of 3 in To do.");
  await expectColumn(anas, "To do", "Two", "One", "Three");
  await anas.keyboard.press("ArrowRight");
  await expect(said).toHaveText("“Two”, position 1 of 1 in Doing.");
  // Nobody else sees it before it is dropped.
  await expectColumn(bos, "To do", "One", "Two", "Three");
  await anas.keyboard.press("Space");
  await expect(said).toHaveText("Dropped “Two”, position 1 of 1 in Doing.");
  await expect(card(anas, "Doing", "Two")).toBeFocused();
  for (const page of [anas, bos]) await expectColumn(page, "Doing", "Two");

  await anas.keyboard.press("Space");
  await anas.keyboard.press("ArrowRight");
  await expectColumn(anas, "Done", "Two");
  await anas.keyboard.press("Escape");
  await expect(said).toHaveText("Put back “Two”.");
  await expectColumn(anas, "Doing", "Two");
  await expect(card(anas, "Doing", "Two")).toBeFocused();
});

test("what others move neither takes the focus nor ends a move by keys", async ({ pair: { ana, bo, board }, tasks, visit, post }) => {
  await tasks(ana, board, "One", "Two", "Three");
  const page = await visit(ana, board.url);
  const [one, two] = [await idOf(card(page, "To do", "One")), await idOf(card(page, "To do", "Two"))];
  const doing = (await column(page, "Doing").getAttribute("data-column"))!;
  await card(page, "To do", "Two").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await expectColumn(page, "To do", "One", "Three", "Two");
  await post(bo, `/tasks/${two}/move/`, { column: doing });
  await post(bo, `/tasks/${one}/move/`, { column: doing });
  await expectColumn(page, "Doing", "One");
  await expectColumn(page, "To do", "Three", "Two");
  await expect(card(page, "To do", "Two")).toBeFocused();
  await page.keyboard.press("Enter");
  await expectColumn(page, "To do", "Three", "Two");
  await expect(page).toHaveURL(board.url);
  await expect(toast(page)).toContainText("Moved to To do.");
  await page.reload();
  await expectColumn(page, "To do", "Three", "Two");
});

test.describe("refused", () => {
  test.use({ expectedConsole: /status of 40[34]|ERR_FAILED|net::/ });

  test("a move that is refused is put back, and one that did not get through is tried again", async ({
    pair: { ana, bo, board },
    tasks,
    visit,
  }) => {
    await tasks(ana, board, "One", "Two");
    const page = await visit(bo, board.url);
    const alert = page.locator(".board-words [role=alert]");
    await page.route("**/api/move_card*", (route) => route.abort());
    await carry(page, card(page, "To do", "One"), await middle(column(page, "Done")));
    await page.mouse.up();
    await expect(alert).toContainText("“One” was not moved: the server can’t be reached.");
    await expectColumn(page, "To do", "One", "Two");
    await page.unroute("**/api/move_card*");
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(toast(page)).toContainText("Moved to Done.");
    await expectColumn(page, "Done", "One");

    await page.route("**/api/move_card*", (route) => route.fulfill({ status: 403, json: { code: "forbidden", message: "" } }));
    await carry(page, card(page, "To do", "Two"), await middle(column(page, "Done")));
    await page.mouse.up();
    await expect(alert).toContainText("“Two” was not moved.");
    await expectColumn(page, "To do", "Two");
  });
});

test("a viewer's cards stay where they are", async ({ person, board, tasks, visit }) => {
  const [ana, vi] = [await person("Ana"), await person("Vi")];
  const own = await board(ana, [vi, "viewer"]);
  await tasks(ana, own, "One", "Two");
  const page = await visit(vi, own.url);
  await carry(page, card(page, "To do", "One"), await middle(column(page, "Done")));
  await expect(page.locator(".card-copy")).toHaveCount(0);
  await page.mouse.up();
  await card(page, "To do", "One").focus();
  await page.keyboard.press("ArrowDown");
  await expect(card(page, "To do", "Two")).toBeFocused();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await expectColumn(page, "To do", "One", "Two");
});

test("a card that goes far within its column takes no other out of the page, and stays selected", async ({
  pair: { ana, bo, board },
  post,
  tasks,
  visit,
}) => {
  const titles = Array.from({ length: 20 }, (_, nth) => `Task ${nth + 1}`);
  await tasks(ana, board, ...titles);
  const bos = await visit(bo, board.url);
  await card(bos, "To do", "Task 20").click({ modifiers: ["Control"] });
  await expect(bos.locator(".card.picked .card-title")).toHaveText(["Task 20"]);
  await bos.evaluate(() => {
    const seen = { put: 0 };
    (window as any).seen = seen;
    const count = (changes: MutationRecord[]) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => (seen.put += node instanceof HTMLLIElement ? 1 : 0)));
    document.querySelectorAll(".cards").forEach((list) => new MutationObserver(count).observe(list, { childList: true }));
  });
  const id = await idOf(card(bos, "To do", "Task 20"));
  const to = (await bos.locator("[data-column]").first().getAttribute("data-column"))!;
  await post(ana, `/tasks/${id}/move/`, { column: to, place: "1" });
  await expectColumn(bos, "To do", "Task 20", ...titles.slice(0, 19));
  expect(await bos.evaluate(() => (window as any).seen.put)).toBeLessThan(4);
  await expect(bos.locator(".card.picked .card-title")).toHaveText(["Task 20"]);
  await post(ana, `/tasks/${id}/move/`, { column: to });
  await expectColumn(bos, "To do", ...titles);
  expect(await bos.evaluate(() => (window as any).seen.put)).toBeLessThan(8);
});

test.describe("by touch", () => {
  test("a long press lifts a card, and a swipe scrolls", async ({ browser, pair: { ana, board }, tasks, hydrated, server }) => {
    await tasks(ana, board, "One", "Two");
    const context = await browser.newContext({
      baseURL: server.url,
      hasTouch: true,
      isMobile: true,
      viewport: { width: 390, height: 844 },
      storageState: await ana.context.storageState(),
    });
    const page = await context.newPage();
    await page.goto(board.url);
    await hydrated(page);
    const cdp = await context.newCDPSession(page);
    const touch = (type: string, ...at: [number, number][]) =>
      cdp.send("Input.dispatchTouchEvent", { type: type as "touchStart", touchPoints: at.map(([x, y]) => ({ x, y })) });

    const [x, y] = await middle(card(page, "To do", "One"));
    await touch("touchStart", [x, y]);
    await expect(page.locator(".card-copy")).toBeVisible();
    const below = await middle(card(page, "To do", "Two"), 0, 12);
    await touch("touchMove", [x, y + 20]);
    await touch("touchMove", below);
    await expect(page.locator(".landing")).toBeVisible();
    await touch("touchEnd");
    await expectColumn(page, "To do", "Two", "One");
    await expect(page).toHaveURL(board.url);

    const scrolled = () => page.locator(".columns").evaluate((columns) => columns.scrollLeft);
    await touch("touchStart", [300, y]);
    for (const at of [260, 200, 140, 80]) await touch("touchMove", [at, y]);
    await touch("touchEnd");
    await expect.poll(scrolled).toBeGreaterThan(40);
    await expect(page.locator(".card-copy")).toHaveCount(0);
    await expectColumn(page, "To do", "Two", "One");
    await context.close();
  });
});

async function idOf(link: Locator): Promise<string> {
  return (await link.getAttribute("id"))!.replace("card-", "");
}
