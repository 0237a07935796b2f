// Files of a task on their way: refused, tried again, taken away, pasted, dropped, removed and put back.
import { expect, type Page, test } from "../scenes.ts";

const files = (page: Page) => page.getByRole("region", { name: "Attached files" });
const file = (page: Page, name: string) => files(page).getByRole("listitem").filter({ hasText: name });
const text = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) });

test("a file that is pasted or dropped onto the files of a task is attached, on every screen", async ({
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  const { pane, url } = await task(ana, board, "Ship it");
  const [page, bos] = [await visit(ana, pane), await visit(bo, url)];
  for (const [kind, name] of [
    ["paste", "pasted.txt"],
    ["drop", "dropped.txt"],
  ] as const) {
    await files(page).evaluate(
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
    for (const one of [page, bos]) await expect(file(one, name)).toContainText("5 bytes by Ana");
  }
});

test("a file that is removed is put back by who removed it", async ({ pair: { ana, bo, board }, task, visit }) => {
  const { pane } = await task(ana, board, "Ship it");
  const [page, bos] = [await visit(ana, pane), await visit(bo, pane)];
  await files(page).getByLabel("Attach files").setInputFiles([text("plan.txt")]);
  await expect(file(bos, "plan.txt")).toBeVisible();
  await file(page, "plan.txt").locator("summary").first().click();
  await file(page, "plan.txt").getByText("Remove", { exact: true }).click();
  await expect(file(bos, "plan.txt")).toHaveCount(0);
  const undo = files(page).getByRole("button", { name: "Undo" });
  await expect(undo).toBeFocused();
  await undo.press("Enter");
  for (const one of [page, bos]) await expect(file(one, "plan.txt")).toBeVisible();
  await expect(undo).toHaveCount(0);
});

test.describe("what goes wrong on the way", () => {
  test.use({ expectedConsole: /Failed to load resource|ERR_FAILED/ });

  test("a file that did not arrive is tried again or taken away", async ({ pair: { ana, board }, task, visit }) => {
    const { pane } = await task(ana, board, "Ship it");
    const page = await visit(ana, pane);
    const coming = page.getByRole("list", { name: "Files on their way" });
    await page.route("**/messaging/files/?name=*", (route) => route.abort());
    await files(page).getByLabel("Attach files").setInputFiles([text("one.txt"), text("two.txt")]);
    await expect(coming.getByText("The connection was lost.")).toHaveCount(2);
    await page.unroute("**/messaging/files/?name=*");
    await coming.getByRole("button", { name: "Take two.txt away" }).click();
    await coming.getByRole("button", { name: "Retry" }).click();
    await expect(file(page, "one.txt")).toBeVisible();
    await expect(coming).toHaveCount(0);
    await expect(file(page, "two.txt")).toHaveCount(0);
  });
});
