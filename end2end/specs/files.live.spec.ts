// Files on their way: taken away, refused, tried again, pasted, sent without a word.
import { expect, type Page, test } from "../scenes.ts";
import { commenting, composer, log } from "../screen.ts";

test.describe("what goes wrong on the way", () => {
  test.use({ expectedConsole: /Failed to load resource|ERR_FAILED/ });

  test("a file that did not arrive is tried again or taken away, and the message waits for it", async ({
    pair: { ana, board },
    room,
    visit,
  }) => {
    const general = await room(ana, board, "general");
    const page = await visit(ana, general.url);
    const files = page.getByRole("list", { name: "Files to send" });
    await page.route("**/messaging/files/?name=*", (route) => route.abort());
    const file = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) });
    await page.locator(".composer-files-input").first().setInputFiles([file("one.txt"), file("two.txt")]);
    await expect(files.getByText("The connection was lost.")).toHaveCount(2);
    await composer(page, "general").press("Enter");
    await expect(page.getByText("A file was not sent.")).toBeVisible();
    await page.unroute("**/messaging/files/?name=*");
    await files.getByRole("button", { name: "Take two.txt away" }).click();
    await files.getByRole("button", { name: "Retry" }).click();
    await expect(files.getByText("7 bytes")).toBeVisible();
    await composer(page, "general").press("Enter");
    await expect(log(page).getByRole("link", { name: "one.txt 7 bytes" })).toBeVisible();
    await expect(files).toHaveCount(0);
    await expect(log(page).getByText("two.txt")).toHaveCount(0);
  });

  test("a file that can't be taken says why, and offers no other try", async ({ pair: { ana, board }, room, visit }) => {
    const general = await room(ana, board, "general");
    const page = await visit(ana, general.url);
    const files = page.getByRole("list", { name: "Files to send" });
    const empty = { name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) };
    await page.locator(".composer-files-input").first().setInputFiles([empty]);
    await expect(files.getByRole("alert")).toContainText("empty");
    await expect(files.getByRole("button", { name: "Retry" })).toHaveCount(0);
  });
});

test("a file that is pasted or dropped comes with a comment, without a word", async ({
  pair: { ana, board },
  task,
  visit,
}) => {
  const { url } = await task(ana, board, "Ship it");
  const page = await visit(ana, url);
  const field = commenting(page);
  for (const [kind, name] of [
    ["paste", "pasted.txt"],
    ["drop", "dropped.txt"],
  ] as const) {
    await field.evaluate(
      (element, { kind, name }) => {
        const data = new DataTransfer();
        data.items.add(new File(["words"], name));
        const init = { bubbles: true, cancelable: true };
        element.dispatchEvent(
          kind === "paste"
            ? new ClipboardEvent("paste", { ...init, clipboardData: data })
            : new DragEvent("drop", { ...init, dataTransfer: data }),
        );
      },
      { kind, name },
    );
    await field.press("Enter");
    await expect(page.getByRole("link", { name: `${name} 5 bytes` })).toBeVisible();
  }
});

test("files stand as they were chosen, whichever was there first", async ({ pair: { ana, board }, room, task, visit }) => {
  const text = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) });
  const chosen = ["first.txt", "second.txt", "third.txt"];
  const others = ["second.txt", "third.txt"];
  const page = await visit(ana, (await room(ana, board, "general")).url);
  await firstLast(page, others);
  await page.locator(".composer-files-input").first().setInputFiles(chosen.map(text));
  await composer(page, "general").press("Enter");
  await expect(log(page).locator(".file-name")).toHaveText(chosen);
  await page.reload();
  await expect(log(page).locator(".file-name")).toHaveText(chosen);

  const { pane } = await task(ana, board, "Ship it");
  await visit(ana, pane);
  const files = page.getByRole("region", { name: "Attached files" });
  await firstLast(page, others);
  await files.getByLabel("Attach files").setInputFiles(chosen.map(text));
  await expect(files.locator(".task-files-list .file-name")).toHaveText(chosen);
  await page.reload();
  await expect(files.locator(".task-files-list .file-name")).toHaveText(chosen);
});

/** Lets the file first.txt go when the others are there. */
async function firstLast(page: Page, others: string[]): Promise<void> {
  const there = others.map((name) =>
    page.waitForResponse((answer) => answer.url().endsWith(`/messaging/files/?name=${name}`) && answer.ok()),
  );
  await page.route("**/messaging/files/?name=first.txt", async (route) => {
    await Promise.all(there);
    await route.continue();
  });
}
