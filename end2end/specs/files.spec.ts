// Files that come with messages and comments, with scripts and without.
import { expect, type Page, test } from "../scenes.ts";
import { composer, log } from "../screen.ts";

/** A picture of one colour, 40 by 30. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAACgAAAAeCAIAAADRv8uKAAAAK0lEQVR42u3NMQ0AAAgDsAlDCYqRhQw4mvRvqudExGKxWCwWi8VisVj8N17tz2j7CnCUHwAAAABJRU5ErkJggg==",
  "base64",
);
const picture = { name: "colour.png", mimeType: "image/png", buffer: PICTURE };
const text = (name: string, words: string) => ({
  name,
  mimeType: "text/plain",
  buffer: Buffer.from(words),
});

const choose = (page: Page) => page.locator(".composer-files-input").first();

test.describe("a file that can't be taken", () => {
  test.use({ expectedConsole: /422/ });

  test("costs nothing that was typed", async ({ pair: { ana, board }, room, scripts, visit }) => {
    const general = await room(ana, board, "general");
    const page = await visit(ana, general.url);
    await choose(page).setInputFiles([text("empty.txt", "")]);
    await composer(page, "general").fill("Have a look");
    if (!scripts) await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByText("This file is empty.")).toBeVisible();
    await expect(composer(page, "general")).toHaveValue("Have a look");
    await expect(page).toHaveTitle(/general/);
  });
});

test("files are chosen, sent with a message, and had by the others", async ({
  look,
  pair: { ana, bo, board },
  room,
  scripts,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
  await choose(anas).setInputFiles([picture, text("plan.txt", "the plan")]);
  if (scripts) {
    await expect(anas.getByRole("list", { name: "Files to send" }).getByText("8 bytes")).toBeVisible();
  }
  await composer(anas, "general").fill("Have a look");
  await anas.getByRole("button", { name: "Send", exact: true }).click();
  for (const page of [anas, bos]) {
    await look(page);
    await expect(log(page).getByRole("img", { name: "colour.png" })).toBeVisible();
    const card = log(page).getByRole("link", { name: "plan.txt 8 bytes" });
    const download = page.waitForEvent("download");
    await card.click();
    const stream = await (await download).createReadStream();
    let words = "";
    for await (const piece of stream) words += piece;
    expect(words).toBe("the plan");
  }
  await visit(bo, "/search/?q=has:file+plan");
  await expect(bos.getByText("Have a look plan.txt").or(bos.getByText("plan.txt")).first()).toBeVisible();
});
