// Messages that are sent later: scheduled, looked at, changed, taken back, with scripts and without.
import type { Page } from "../scenes.ts";
import { expect, test } from "../scenes.ts";
import { composer, said } from "../screen.ts";

/** A moment as a field for one takes it. */
const inMinutes = (minutes: number): string =>
  new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 16);

/** The panel in which one says when. */
const later = (page: Page) => page.locator("#later");

test("a message is scheduled, changed, and not sent after all", async ({
  pair: { ana, board },
  room,
  scripts,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const page = await visit(ana, general.url);
  if (scripts) await composer(page, "general").fill("Good morning");
  await page.getByRole("button", { name: "Send later" }).click();
  if (scripts) await expect(later(page).getByLabel("Message")).toHaveValue("Good morning");
  else await later(page).getByLabel("Message").fill("Good morning");
  await later(page).getByLabel("When").fill(inMinutes(60));
  await later(page).getByRole("button", { name: "Schedule" }).click();
  if (scripts) {
    await expect(page.getByText("It is sent at that time.")).toBeVisible();
    await expect(composer(page, "general")).toHaveValue("");
    await page.getByText("It is sent at that time.").getByRole("link").click();
  }
  const waits = page.locator(".scheduled-row", { hasText: "Good morning" });
  await expect(waits.getByRole("link", { name: "general" })).toBeVisible();

  await waits.getByText("Change…").click();
  await waits.getByLabel("Message").fill("Good evening");
  await waits.getByRole("button", { name: "Save" }).click();
  const changed = page.locator(".scheduled-text", { hasText: "Good evening" });
  await expect(changed).toBeVisible();
  await expect(page.locator(".scheduled-text", { hasText: "Good morning" })).toHaveCount(0);
  await page.getByRole("button", { name: "Don’t send" }).click();
  await expect(changed).toHaveCount(0);
  await expect(page.getByText("Nothing waits")).toBeVisible();
});

test.describe("a moment that is over", () => {
  test.use({ expectedConsole: /status of 422/ });

  test("is refused with words, and the text stays", async ({
    pair: { ana, board },
    room,
    visit,
  }) => {
    const general = await room(ana, board, "general");
    const page = await visit(ana, general.url);
    await page.getByRole("button", { name: "Send later" }).click();
    await later(page).getByLabel("Message").fill("Too late");
    await later(page).getByLabel("When").fill(inMinutes(-60));
    await later(page).getByRole("button", { name: "Schedule" }).click();
    const words = page.getByText("That moment is over. Choose one that is to come.");
    await expect(words.first()).toBeAttached();
    await expect(later(page).getByLabel("Message")).toHaveValue("Too late");
  });
});

test("it is there at its time, and gone from the list", async ({
  look,
  pair: { ana, bo, board },
  post,
  room,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const [anas, bos] = [await visit(ana, "/messaging/scheduled/"), await visit(bo, general.url)];
  const at = new Date(Date.now() + 1500).toISOString();
  await post(ana, `${general.url}schedule/`, { content: "On time", at });
  await expect(async () => {
    await look(bos);
    await look(anas);
    await expect(said(bos, "On time")).toBeVisible({ timeout: 1000 });
    await expect(anas.getByText("Nothing waits")).toBeVisible({ timeout: 1000 });
  }).toPass();
});

test("what is attached is said to stay, before the message is scheduled", async ({
  pair: { ana, board },
  room,
  scripts,
  visit,
}) => {
  test.skip(!scripts, "without script a form of its own is filled");
  const general = await room(ana, board, "general");
  const page = await visit(ana, general.url);
  const stays = later(page).getByText("Files are not sent with it; they stay here.");
  await page.getByRole("button", { name: "Send later" }).click();
  await expect(later(page).getByLabel("When")).toBeVisible();
  await expect(stays).toHaveCount(0);
  await page.keyboard.press("Escape");
  const file = { name: "one.txt", mimeType: "text/plain", buffer: Buffer.from("One") };
  await page.locator(".composer-files-input").first().setInputFiles([file]);
  await page.getByRole("button", { name: "Send later" }).click();
  await expect(stays).toBeVisible();
});
