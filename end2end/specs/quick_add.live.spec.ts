// Tasks that are entered faster than the server answers.
import type { Route } from "@playwright/test";
import { expect, type Page, test } from "../scenes.ts";

const field = (page: Page) => page.getByRole("textbox", { name: "New task in To do", exact: true });
const titles = (page: Page) => page.getByRole("region", { name: "To do" }).locator(".card-title");

/** Lets a new task wait until the returned function is called. */
async function hold(page: Page, answer?: Parameters<Route["fulfill"]>[0]): Promise<() => void> {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route("**/api/create_task", async (route) => {
    await held;
    await (answer ? route.fulfill(answer) : route.fallback());
  });
  return letGo;
}

test("every title that is entered becomes a task, in its order, and what is typed meanwhile stays", async ({ pair: { ana, bo, board }, visit }) => {
  const page = await visit(ana, board.url);
  const other = await visit(bo, board.url);
  const letGo = await hold(page);
  await field(page).focus();
  await page.keyboard.type("Buy milk");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Call Bo");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Pay the r");
  letGo();
  for (const each of [page, other]) await expect(titles(each)).toHaveText(["Buy milk", "Call Bo"]);
  await expect(field(page)).toHaveValue("Pay the r");
  await page.keyboard.type("ent");
  await page.keyboard.press("Enter");
  for (const each of [page, other]) await expect(titles(each)).toHaveText(["Buy milk", "Call Bo", "Pay the rent"]);
});

test.describe("where it may not be", () => {
  test.use({ expectedConsole: /403/ });

  test("a title comes back, or is told where something else is typed already", async ({ pair: { ana, board }, visit }) => {
    const page = await visit(ana, board.url);
    const body = JSON.stringify({ code: "forbidden", message: "You may not do that here." });
    await page.route("**/api/create_task", (route) => route.fulfill({ status: 403, contentType: "application/json", body }));
    await field(page).fill("Buy milk");
    await page.keyboard.press("Enter");
    await expect(field(page)).toHaveValue("Buy milk");
    await page.unroute("**/api/create_task");
    const letGo = await hold(page, { status: 403, contentType: "application/json", body });
    await page.keyboard.press("Enter");
    await page.keyboard.type("Call Bo");
    letGo();
    await expect(page.getByText("“Buy milk” was not added: You may not do that here.")).toBeVisible();
    await expect(field(page)).toHaveValue("Call Bo");
  });
});

test.describe("while the server is away", () => {
  test.use({ expectedConsole: /net::ERR_|Failed to fetch/ });

  test("a title waits for it, and the page says so", async ({ pair: { ana, board }, visit }) => {
    const page = await visit(ana, board.url);
    await page.route("**/api/create_task", (route) => route.abort());
    for (const title of ["Buy milk", "Call Bo"]) {
      await field(page).fill(title);
      await page.keyboard.press("Enter");
    }
    await expect(page.getByText("Not sent yet, the server is away: “Buy milk”, “Call Bo”")).toBeVisible();
    await expect(field(page)).toHaveValue("");
    await page.unroute("**/api/create_task");
    await expect(titles(page)).toHaveText(["Buy milk", "Call Bo"]);
    await expect(page.getByText("Not sent yet")).toHaveCount(0);
  });
});
