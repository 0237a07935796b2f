// Columns as they change on another's screen, and what one person hides for themselves.
import { column } from "../screen.ts";
import { expect, test } from "../scenes.ts";

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
