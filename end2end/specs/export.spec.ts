// A room and a board taken away as files.
import { readFile } from "node:fs/promises";
import { expect, test } from "../scenes.ts";

test("a room and a board are taken away as files from where they are set up", async ({
  pair: { ana, board },
  room,
  say,
  task,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(ana, general, "Keep *this*");
  await task(ana, board, "Paint the fence");
  const places: [string, string, RegExp][] = [
    [`${general.url}settings/`, "Markdown", /\*\*Ana\*\*.*\n\nKeep \*this\*/],
    [`${board.url}members/`, "CSV", /task,#1 Paint the fence,.*\r\nmessage,general,.*Keep \*this\*/],
    [`${board.url}members/`, "JSON", /"content":"Keep \*this\*"/],
  ];
  for (const [url, kind, expected] of places) {
    const page = await visit(ana, url);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: kind, exact: true }).click();
    expect(await readFile(await (await download).path(), "utf8")).toMatch(expected);
  }
});
