// What a text will look like, before it is sent, where no script shows it. With scripts and without.
import { expect, type Page, test } from "../scenes.ts";
import { commenting, composer, log, send } from "../screen.ts";

const TEXT = "**Loud** <script>alert(1)</script>\n\n- one";
const preview = (page: Page) => page.getByRole("region", { name: "Preview" });
const button = (page: Page) => page.getByRole("button", { name: "Preview" });

async function expectPreview(page: Page): Promise<void> {
  await expect(preview(page).locator("strong")).toHaveText("Loud");
  await expect(preview(page).getByRole("listitem")).toHaveText("one");
  await expect(preview(page)).toContainText("<script>alert(1)</script>");
}

test("a message, a comment and a description are looked at before they are sent", async ({
  pair: { ana, board },
  room,
  scripts,
  task,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const ship = await task(ana, board, "Ship it");
  const page = await visit(ana, general.url);
  if (scripts) {
    // There the preview follows what is typed.
    for (const url of [general.url, ship.url]) {
      await visit(ana, url);
      await expect(button(page)).toHaveCount(0);
    }
    return;
  }
  await composer(page, "general").fill(TEXT);
  await button(page).click();
  await expectPreview(page);
  await expect(composer(page, "general")).toHaveValue(TEXT);
  await expect(log(page).getByRole("listitem")).toHaveCount(0);
  await send(page, "general", "**Quiet**");
  await expect(log(page).locator(".message-text strong")).toHaveText("Quiet");
  await expect(preview(page)).toHaveCount(0);

  await visit(ana, ship.url);
  await commenting(page).fill(TEXT);
  await button(page).last().click();
  await expectPreview(page);
  await expect(commenting(page)).toHaveValue(TEXT);
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await expect(log(page).locator(".message-text strong")).toHaveText("Loud");

  await visit(ana, ship.url);
  await page.getByText("Edit", { exact: true }).first().click();
  await page.getByLabel("Title", { exact: true }).fill("Sail away");
  await page.getByLabel("Description", { exact: true }).fill(TEXT);
  await button(page).first().click();
  await expectPreview(page);
  await expect(page.getByRole("heading", { name: "Ship it" })).toBeVisible();
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue("Sail away");
  await page.getByLabel("Title", { exact: true }).press("Enter");
  await expect(page.getByRole("heading", { name: "Sail away" })).toBeVisible();
  await expect(preview(page)).toHaveCount(0);
});

test("files that were chosen come with the message that was looked at", async ({ pair: { ana, board }, room, scripts, visit }) => {
  test.skip(scripts, "with a script they are sent at once");
  const general = await room(ana, board, "general");
  const page = await visit(ana, general.url);
  await page.locator(".composer-files-input").setInputFiles([
    { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("plan") },
  ]);
  await composer(page, "general").fill(TEXT);
  await button(page).click();
  await expectPreview(page);
  await expect(page.getByText("One file comes with it.")).toBeVisible();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(log(page).getByRole("link", { name: "plan.txt 4 bytes" })).toBeVisible();
});
