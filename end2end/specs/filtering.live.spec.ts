// A board that is filtered, while others change it and while cards are moved on it.
import { card, column } from "../screen.ts";
import { expect, type Locator, type Page, test } from "../scenes.ts";

/** The titles of a column, from the top. */
async function expectColumn(page: Page, name: string, ...titles: string[]): Promise<void> {
  await expect(column(page, name).locator(".card-title")).toHaveText(titles);
}

/** The middle of something, moved by so much. */
async function middle(of: Locator, dy = 0): Promise<[number, number]> {
  const box = (await of.boundingBox())!;
  return [box.x + box.width / 2, box.y + box.height / 2 + dy];
}

test("a card that comes to match appears, and one that matches no more goes", async ({
  pair: { ana, bo, board },
  post,
  task,
  visit,
}) => {
  const [hall, band] = [await task(ana, board, "Book the hall"), await task(ana, board, "Book the band")];
  const bos = await visit(bo, `${board.url}?assignee=me&due=none`);
  await expect(bos.getByText("No task matches this filter.")).toBeVisible();
  await post(ana, `/tasks/${hall.id}/assignees/`, { add: `${bo.id}` });
  await expectColumn(bos, "To do", "Book the hall");
  await expect(column(bos, "To do").locator(".column-count")).toContainText("1 of 2");
  await post(ana, `/tasks/${band.id}/assignees/`, { add: `${bo.id}` });
  await expectColumn(bos, "To do", "Book the hall", "Book the band");
  await post(ana, `/tasks/${hall.id}/due/`, { due: "2031-01-01" });
  await expectColumn(bos, "To do", "Book the band");
  // What one adds oneself and does not see is said.
  const field = bos.getByLabel("New task in To do");
  await field.fill("Call them");
  await field.press("Enter");
  await expect(bos.locator(".toast")).toContainText("“Call them” was added, and is hidden by the filter.");
  await expectColumn(bos, "To do", "Book the band");
});

test("a key leads to the filter, and Escape takes it away", async ({ pair: { ana, board }, task, visit }) => {
  await task(ana, board, "Book the hall");
  const page = await visit(ana, board.url);
  const field = page.getByRole("searchbox");
  await card(page, "To do", "Book the hall").focus();
  await page.keyboard.press("f");
  await expect(field).toBeFocused();
  await page.keyboard.type("half");
  await expectColumn(page, "To do");
  await expect(page).toHaveURL(`${board.url}?q=half`);
  await page.keyboard.press("Escape");
  await expectColumn(page, "To do", "Book the hall");
  await expect(field).toHaveValue("");
  await expect(field).toBeFocused();
  await expect(page).toHaveURL(board.url);
  // What the address says by itself stands in the field.
  await page.keyboard.type("hall");
  await expect(page).toHaveURL(`${board.url}?q=hall`);
  await card(page, "To do", "Book the hall").click();
  await expect(page.getByRole("region", { name: "Task" })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(`${board.url}?q=hall`);
  await expect(field).toHaveValue("hall");
});

test("a card that is moved among those shown keeps clear of the hidden ones", async ({
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  for (const title of ["Show one", "Hide one", "Hide two", "Show two", "Show three"]) await task(ana, board, title);
  const [anas, bos] = [await visit(ana, `${board.url}?q=show`), await visit(bo, board.url)];
  await expectColumn(anas, "To do", "Show one", "Show two", "Show three");
  // Where it is: nothing happens to what is hidden around it.
  const carry = async (from: string, to: [number, number]) => {
    await anas.mouse.move(...(await middle(card(anas, "To do", from))));
    await anas.mouse.down();
    await anas.mouse.move(to[0] - 20, to[1] - 20, { steps: 4 });
    await anas.mouse.move(...to, { steps: 2 });
    await anas.mouse.up();
  };
  await carry("Show two", await middle(card(anas, "To do", "Show two"), 14));
  await carry("Show three", await middle(card(anas, "To do", "Show two"), -14));
  for (const page of [anas, bos]) await expect(page.locator(".card-copy")).toHaveCount(0);
  await expectColumn(anas, "To do", "Show one", "Show three", "Show two");
  await expectColumn(bos, "To do", "Show one", "Show three", "Hide one", "Hide two", "Show two");
  await anas.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await expectColumn(bos, "To do", "Show one", "Hide one", "Hide two", "Show two", "Show three");

  // By keys, there and back, and then to stay.
  await card(anas, "To do", "Show two").focus();
  for (const key of ["Space", "ArrowUp", "ArrowDown", "Space"]) await anas.keyboard.press(key);
  await expect(anas.locator("[aria-live=assertive]")).toHaveText("Dropped “Show two”, position 2 of 3 in To do.");
  await expect(card(anas, "To do", "Show two")).toBeFocused();
  for (const key of ["Space", "ArrowDown", "Space"]) await anas.keyboard.press(key);
  await expectColumn(bos, "To do", "Show one", "Hide one", "Hide two", "Show three", "Show two");
});

test("all tasks of a column are archived, hidden ones too, and the next one shown gets the focus by key", async ({
  pair: { ana, board },
  task,
  visit,
}) => {
  for (const title of ["Book the hall", "Call the band", "Book the band"]) await task(ana, board, title);
  const page = await visit(ana, `${board.url}?q=book`);
  await expectColumn(page, "To do", "Book the hall", "Book the band");
  await card(page, "To do", "Book the hall").focus();
  await page.keyboard.press("e");
  await expectColumn(page, "To do", "Book the band");
  await expect(card(page, "To do", "Book the band")).toBeFocused();
  await expect(page.getByRole("search", { name: "Filter the tasks" })).toContainText("1 of 2 tasks");
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await expectColumn(page, "To do", "Book the hall", "Book the band");
  await column(page, "To do").locator(".column-menu > summary").click();
  await column(page, "To do").getByText("Archive its tasks…").click();
  await column(page, "To do").getByRole("button", { name: "Archive 3 tasks" }).click();
  await expectColumn(page, "To do");
  await expect(page.getByText("No task matches this filter.")).toBeVisible();
});
