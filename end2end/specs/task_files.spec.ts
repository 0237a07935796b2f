// The files of a task and the cover of its card, with scripts and without.
import { expect, type Page, test } from "../scenes.ts";
import { card } from "../screen.ts";

/** A picture of one colour, 40 by 30. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAACgAAAAeCAIAAADRv8uKAAAAK0lEQVR42u3NMQ0AAAgDsAlDCYqRhQw4mvRvqudExGKxWCwWi8VisVj8N17tz2j7CnCUHwAAAABJRU5ErkJggg==",
  "base64",
);
const picture = { name: "colour.png", mimeType: "image/png", buffer: PICTURE };
const plan = { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("the plan") };

const files = (page: Page) => page.getByRole("region", { name: "Attached files" });
const file = (page: Page, name: string) => files(page).getByRole("listitem").filter({ hasText: name });

test("files are attached to a task, had by the others, made the cover, and removed", async ({
  look,
  pair: { ana, bo, board },
  scripts,
  task,
  visit,
}) => {
  const { pane } = await task(ana, board, "Ship it");
  const [anas, bos] = [await visit(ana, pane), await visit(bo, pane)];
  await files(anas).getByLabel("Attach files").setInputFiles([picture, plan]);
  if (!scripts) await files(anas).getByRole("button", { name: "Attach files" }).click();
  for (const page of [anas, bos]) {
    await look(page);
    await expect(file(page, "plan.txt")).toContainText("8 bytes by Ana");
    await expect(file(page, "colour.png").locator("img")).toBeVisible();
    const download = page.waitForEvent("download");
    await file(page, "plan.txt").getByRole("link").click();
    const stream = await (await download).createReadStream();
    let words = "";
    for await (const piece of stream) words += piece;
    expect(words).toBe("the plan");
  }
  await look(bos);
  await expect(card(bos, "To do", "Ship it")).toContainText("2 files");

  await file(anas, "colour.png").locator("summary").first().click();
  await file(anas, "colour.png").getByRole("button", { name: "Make cover" }).click();
  await expect(file(anas, "colour.png")).toContainText("Cover");
  await look(bos);
  const cover = card(bos, "To do", "Ship it").locator(".card-cover");
  await expect(cover).toBeVisible();
  const { width, height } = (await cover.boundingBox())!;
  expect(Math.abs(width / height - 2)).toBeLessThan(0.05);
  await expect.poll(() => cover.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(40);

  await visit(ana, pane);
  await file(anas, "colour.png").locator("summary").first().click();
  await file(anas, "colour.png").getByText("Remove", { exact: true }).click();
  if (!scripts) await file(anas, "colour.png").getByRole("button", { name: "Remove the file" }).click();
  await expect(file(anas, "colour.png")).toHaveCount(0);
  await look(bos);
  await expect(file(bos, "colour.png")).toHaveCount(0);
  await expect(cover).toHaveCount(0);
  await expect(card(bos, "To do", "Ship it")).toContainText("1 file");
});

test("a viewer has the files of a task, and changes nothing of them", async ({ board, person, server, task, visit }) => {
  const [ana, cy] = [await person("Ana"), await person("Cy")];
  const theirs = await board(ana, [cy, "viewer"]);
  const { id, pane } = await task(ana, theirs, "Ship it");
  const page = await visit(cy, pane);
  await expect(files(page)).toHaveCount(0);
  const headers = { Accept: "application/json", Origin: server.url };
  const sent = await ana.context.request.post(`${server.url}/messaging/files/`, {
    params: { name: "plan.txt" },
    headers: { ...headers, "Content-Type": "application/octet-stream" },
    data: plan.buffer,
  });
  const form = { files: `${(await sent.json()).id}` };
  const attached = await ana.context.request.post(`${server.url}/tasks/${id}/files/`, { headers, form });
  expect(attached.status()).toBe(201);
  await visit(cy, pane);
  await expect(file(page, "plan.txt").getByRole("link")).toBeVisible();
  await expect(files(page).locator("summary, input, button")).toHaveCount(0);
});
