// A picture over the page: opened, walked, closed.
import { expect, type Page, test } from "../scenes.ts";
import { commenting, composer, log } from "../screen.ts";

/** A picture of one colour, 40 by 30. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAACgAAAAeCAIAAADRv8uKAAAAK0lEQVR42u3NMQ0AAAgDsAlDCYqRhQw4mvRvqudExGKxWCwWi8VisVj8N17tz2j7CnCUHwAAAABJRU5ErkJggg==",
  "base64",
);
const picture = (name: string) => ({ name, mimeType: "image/png", buffer: PICTURE });
const lightbox = (page: Page) => page.getByRole("dialog", { name: "Picture" });

test("the pictures of a message are walked over the page, by keys and by buttons", async ({
  pair: { ana, board },
  room,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const page = await visit(ana, general.url);
  await page.locator(".composer-files-input").first().setInputFiles([picture("one.png"), picture("two.png")]);
  await expect(page.getByRole("list", { name: "Files to send" }).getByText("bytes")).toHaveCount(2);
  await composer(page, "general").press("Enter");
  const second = log(page).getByRole("link", { name: "two.png" });
  await second.focus();
  await second.press("Enter");
  await expect(lightbox(page)).toContainText("two.png");
  await expect(lightbox(page)).toContainText("2 of 2");
  await expect(lightbox(page).getByRole("img", { name: "two.png" })).toBeVisible();
  await expect(lightbox(page).getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(lightbox(page)).toContainText("1 of 2");
  await page.keyboard.press("ArrowRight");
  await lightbox(page).getByRole("button", { name: "Next picture" }).click();
  await expect(lightbox(page).getByRole("img", { name: "one.png" })).toBeVisible();
  const download = page.waitForEvent("download");
  await lightbox(page).getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("one.png");
  await page.keyboard.press("Escape");
  await expect(lightbox(page)).toHaveCount(0);
  await expect(second).toBeFocused();
  await expect(page).toHaveURL(general.url);
});

test("a picture of a task opens over it, and the way back leaves both", async ({ pair: { ana, board }, task, visit }) => {
  const { pane } = await task(ana, board, "Ship it");
  const page = await visit(ana, board.url);
  await page.getByRole("link", { name: "Ship it" }).click();
  await expect(commenting(page)).toBeVisible();
  const files = page.getByRole("region", { name: "Attached files" });
  await files.getByLabel("Attach files").setInputFiles([picture("one.png")]);
  await files.getByRole("link", { name: /^one\.png/ }).click();
  await expect(lightbox(page).getByRole("img", { name: "one.png" })).toBeVisible();
  await expect(lightbox(page).getByRole("button", { name: "Next picture" })).toHaveCount(0);
  await lightbox(page).locator(".lightbox-stage").click({ position: { x: 5, y: 200 } });
  await expect(lightbox(page)).toHaveCount(0);
  await expect(page).toHaveURL(pane);
  await files.getByRole("link", { name: /^one\.png/ }).click();
  await expect(lightbox(page)).toBeVisible();
  await page.goBack();
  await expect(lightbox(page)).toHaveCount(0);
  await expect(page).toHaveURL(board.url);
});
