// Chips of tasks and the list of where a task is named, while others change what they show.
import { type Board, expect, type Page, type Person, type Room, type Task, test } from "../scenes.ts";
import { edit, moveTo, remove, row } from "../screen.ts";
import { Wire } from "../wire.ts";

let ana: Person;
let bo: Person;
let theirs: Board;
let general: Room;
let ship: Task;

test.beforeEach(async ({ pair, room, task }) => {
  ({ ana, bo, board: theirs } = pair);
  general = await room(ana, theirs, "general");
  ship = await task(ana, theirs, "Ship it");
});

const chip = (page: Page, text: string) => row(page, text).locator(".task-link");

test("chips follow the title, the column and the end of their task without a reload", async ({ post, say, visit }) => {
  await say(ana, general, "Early #1");
  const page = await visit(bo, general.url);
  await expect(chip(page, "Early")).toHaveText("#1 Ship it To do");
  const anas = await visit(ana, ship.pane);
  await moveTo(anas, "Doing");
  await expect(chip(page, "Early")).toHaveText("#1 Ship it Doing");
  await anas.getByText("Edit", { exact: true }).click();
  await anas.getByLabel("Title", { exact: true }).fill("Sail <b>away</b>");
  await anas.getByRole("button", { name: "Save" }).click();
  await expect(chip(page, "Early")).toHaveText("#1 Sail <b>away</b> Doing");

  await say(ana, general, "Late #1");
  await expect(chip(page, "Late")).toHaveText("#1 Sail <b>away</b> Doing");
  await anas.goto(general.url);
  await post(ana, `/tasks/${ship.id}/delete/`, {});
  for (const text of ["Early", "Late"]) {
    await expect(chip(page, text)).toHaveText("#1");
    await expect(chip(page, text)).not.toHaveAttribute("href");
  }
});

test("the first chip of a page asks for its task and follows it", async ({ say, visit }) => {
  const page = await visit(bo, general.url);
  await say(ana, general, "Only now #1");
  await expect(chip(page, "Only now")).toHaveText("#1 Ship it To do");
  const anas = await visit(ana, ship.pane);
  await moveTo(anas, "Done");
  await expect(chip(page, "Only now")).toHaveText("#1 Ship it Done");
});

test("a task lists where it is named as it happens, and what is gone no longer", async ({ privateRoom, say, visit }) => {
  const secret = await privateRoom(ana, theirs, "secret");
  await say(ana, secret, "Quietly #1");
  const named = (page: Page) => page.getByRole("region", { name: "Referenced in" }).getByRole("listitem");
  const [anas, bos] = [await visit(ana, ship.url), await visit(bo, ship.url)];
  await expect(named(anas)).toHaveText([/Ana in secret.*Quietly #1/]);
  await expect(named(bos)).toHaveCount(0);
  await say(bo, general, "Loudly #1");
  await expect(named(bos)).toHaveText([/Bo in general.*Loudly #1/]);
  await expect(named(anas)).toHaveText([/Loudly/, /Quietly/]);

  const other = await ana.context.newPage();
  await other.goto(secret.url);
  await expect(other.locator("html[data-hydrated]")).toHaveCount(1);
  await edit(other, "Quietly", "Softly #1");
  await expect(named(anas)).toHaveText([/Loudly/, /Softly/]);
  await remove(other, "Softly");
  await expect(named(anas)).toHaveText([/Loudly/]);
});

test.describe("a page that lost the stream of its board", () => {
  test.use({ expectedConsole: /ERR_FAILED|Failed to load resource|WebSocket/ });

  for (const cut of [false, true]) {
    const when = cut ? "when the connection is back" : "a moment later";
    test(`asks for its chips again ${when}, where that failed`, async ({ say, visit }) => {
      await say(ana, general, "Early #1");
      const wire = await Wire.of(bo.page);
      const page = await visit(bo, general.url);
      await expect(chip(page, "Early")).toHaveText("#1 Ship it To do");
      const asked = "**/api/load_references*";
      await page.route(asked, (route) => route.abort());
      const failed = page.waitForEvent("requestfailed");
      wire.tell({ type: "reset", stream: `board:${theirs.id}` });
      await failed;
      if (cut) await wire.cut();
      await moveTo(await visit(ana, ship.pane), "Doing");
      await page.unroute(asked);
      if (cut) await wire.mend();
      await expect(chip(page, "Early")).toHaveText("#1 Ship it Doing");
      // It follows the stream again.
      await moveTo(ana.page, "Done");
      await expect(chip(page, "Early")).toHaveText("#1 Ship it Done");
    });
  }
});
