// Columns as they change on another's screen, and what one person hides for themselves.
import { column } from "../screen.ts";
import { expect, type Page, test } from "../scenes.ts";

test("columns change on the other's board, and collapse on one's own alone", async ({ pair: { ana, bo, board }, task, visit }) => {
  await task(ana, board, "First");
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  await anas.getByLabel("Change To do", { exact: true }).click();
  const menu = column(anas, "To do").locator(".column-menu");
  await menu.getByLabel("Name").fill("Next");
  await menu.getByRole("button", { name: "Rename" }).click();
  await expect(column(bos, "Next").locator(".card-title")).toHaveText(["First"]);
  await column(anas, "Next").getByRole("button", { name: "pink" }).click();
  await expect(column(bos, "Next")).toHaveClass(/colour-pink/);

  await bos.getByRole("button", { name: "Cards of Next" }).click();
  await expect(column(bos, "Next").locator(".cards")).toBeHidden();
  await bos.reload();
  await expect(bos.getByRole("button", { name: "Cards of Next" })).toHaveAttribute("aria-expanded", "false");
  await expect(column(anas, "Next").locator(".cards")).toBeVisible();
});

test("a form that is opened has the caret, so that what is typed next is written there", async ({
  pair: { ana, board },
  task,
  visit,
}) => {
  await task(ana, board, "First");
  const page = await visit(ana, board.url);
  await page.getByText("Add a column").click();
  await page.keyboard.type("Next ideas");
  await page.keyboard.press("Enter");
  await expect(column(page, "Next ideas")).toBeVisible();
  await page.getByLabel("Add to the top of To do").press("Enter");
  await page.keyboard.type("Zeroth");
  await page.keyboard.press("Enter");
  await expect(column(page, "To do").locator(".card-title")).toHaveText(["Zeroth", "First"]);
  await page.getByLabel("Change Next ideas", { exact: true }).click();
  await page.keyboard.type(" of ours");
  await page.keyboard.press("Enter");
  await expect(column(page, "Next ideas of ours")).toBeVisible();
  // A second press closes it.
  await page.getByLabel("Add to the top of To do").click();
  await expect(page.getByLabel("New task at the top of To do")).toBeHidden();
});

const names = (page: Page) => page.getByRole("main").getByRole("heading", { level: 2 });
const head = (page: Page, name: string) => column(page, name).locator(".column-head");

test("a column is dragged by its head, everybody sees it there, and Escape takes a drag back", async ({
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  await task(ana, board, "First");
  const [anas, bos] = [await visit(ana, board.url), await visit(bo, board.url)];
  const carry = async (name: string, over: string, share: number) => {
    const from = (await head(anas, name).boundingBox())!;
    const to = (await head(anas, over).boundingBox())!;
    await anas.mouse.move(from.x + from.width / 2, from.y + from.height - 6);
    await anas.mouse.down();
    await anas.mouse.move(to.x + to.width / 2, to.y + 60, { steps: 4 });
    await anas.mouse.move(to.x + to.width * share, to.y + 40, { steps: 2 });
  };
  await carry("To do", "Doing", 0.8);
  await expect(anas.locator(".column-copy")).toHaveText("To do");
  await expect(anas.locator(".landing-column")).toBeVisible();
  await anas.mouse.up();
  for (const page of [anas, bos]) await expect(names(page)).toHaveText(["Doing", "To do", "Done"]);
  await expect(anas.locator(".column-copy, .landing, .column-lifted")).toHaveCount(0);
  await carry("Done", "Doing", 0.2);
  await anas.keyboard.press("Escape");
  await expect(anas.locator(".column-copy, .landing, .column-lifted")).toHaveCount(0);
  await anas.mouse.up();
  await carry("Done", "Doing", 0.2);
  await anas.mouse.up();
  for (const page of [anas, bos]) await expect(names(page)).toHaveText(["Done", "Doing", "To do"]);
  await expect(anas.locator(".toast")).toContainText("Moved the column Done.");
  await anas.keyboard.press("Control+z");
  for (const page of [anas, bos]) await expect(names(page)).toHaveText(["Doing", "To do", "Done"]);
  await expect(anas.locator(".toast")).toContainText("Moved the column Done back.");
  await anas.getByLabel("Change Done", { exact: true }).click();
  await column(anas, "Done").getByRole("button", { name: "Move left" }).click();
  for (const page of [anas, bos]) await expect(names(page)).toHaveText(["Doing", "Done", "To do"]);
  await anas.locator(".toast").getByRole("button", { name: "Undo" }).click();
  for (const page of [anas, bos]) await expect(names(page)).toHaveText(["Doing", "To do", "Done"]);
  await carry("Done", "Doing", 0.2);
  await anas.mouse.up();
  for (const page of [anas, bos]) await expect(names(page)).toHaveText(["Done", "Doing", "To do"]);
  await anas.reload();
  await expect(names(anas)).toHaveText(["Done", "Doing", "To do"]);
  await expect(column(anas, "To do").locator(".card-title")).toHaveText(["First"]);
});

test("a column is dragged by touch after a long press on its head", async ({ browser, pair: { ana, board }, hydrated, server }) => {
  const context = await browser.newContext({
    baseURL: server.url,
    hasTouch: true,
    isMobile: true,
    viewport: { width: 800, height: 844 },
    storageState: await ana.context.storageState(),
  });
  const page = await context.newPage();
  await page.goto(board.url);
  await hydrated(page);
  const cdp = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...at: [number, number][]) =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: at.map(([x, y]) => ({ x, y })) });
  const [from, to] = [(await head(page, "To do").boundingBox())!, (await head(page, "Doing").boundingBox())!];
  const y = from.y + from.height - 6;
  await touch("touchStart", [from.x + from.width / 2, y]);
  await expect(page.locator(".column-copy")).toHaveText("To do");
  await touch("touchMove", [from.x + from.width, y + 20]);
  await touch("touchMove", [to.x + to.width * 0.8, y + 20]);
  await expect(page.locator(".landing-column")).toBeVisible();
  await touch("touchEnd");
  await expect(names(page)).toHaveText(["Doing", "To do", "Done"]);
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await expect(names(page)).toHaveText(["To do", "Doing", "Done"]);
  await context.close();
});
