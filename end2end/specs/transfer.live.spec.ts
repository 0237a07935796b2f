// A task that goes to another board, as those see it who look at it.
import { column, said } from "../screen.ts";
import { expect, test } from "../scenes.ts";

test.use({ expectedConsole: /status of 404/ });

test("who may read the other board follows the task there, who may not is shown nothing of it", async ({
  board,
  pair: { ana, bo, board: from },
  person,
  post,
  say,
  task,
  visit,
}) => {
  const workshop = await board(ana, bo);
  await post(ana, `/boards/${workshop.id}/rename/`, { name: "Workshop" });
  const vic = await person("Vic");
  await post(ana, `/boards/${from.id}/members/`, { username: vic.username });
  const fence = await task(ana, from, "Paint the fence");
  const [bos, vics] = [await visit(bo, fence.pane), await visit(vic, fence.pane)];
  const there = await ana.context.newPage();
  await there.goto(workshop.url);
  await there.locator("html[data-hydrated]").waitFor();
  const columns = there.locator("[data-column]");
  const doing = (await columns.nth(1).getAttribute("data-column"))!;
  await post(ana, `/boards/${from.id}/transfer/`, { tasks: `${fence.id}`, column: doing });
  await expect(column(there, "Doing").locator(".card-title")).toHaveText(["Paint the fence"]);
  await expect(bos).toHaveURL(`${workshop.url}tasks/${fence.id}/`);
  await expect(column(bos, "Doing").locator(".card-title")).toHaveText(["Paint the fence"]);
  await say(ana, fence, "Only for you");
  await expect(said(bos, "Only for you")).toBeVisible();
  await expect(vics.getByText("Paint the fence")).toHaveCount(0);
  await expect(vics.getByText("Workshop")).toHaveCount(0);
  await expect(column(vics, "To do").locator(".card-title")).toHaveCount(0);
  await expect(vics.getByText("Only for you")).toHaveCount(0);
  const kept = await vics.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).not.toContain("Paint the fence");
});
