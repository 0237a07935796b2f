// Open screens while a board is archived, brought back or deleted, and while a room is deleted.
import { expect, test } from "../scenes.ts";
import { card, composer, said, sidebar } from "../screen.ts";

test("an open board and an open room follow while it is archived and brought back", async ({
  pair: { ana, bo, board },
  person,
  post,
  room,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const cy = await person("Cy");
  await post(ana, `/boards/${board.id}/members/`, { username: cy.username, role: "member" });
  const [onBoard, inRoom] = [await visit(bo, board.url), await visit(cy, general.url)];
  const add = onBoard.getByRole("textbox", { name: /^New task/ });
  await expect(add.first()).toBeVisible();
  await post(ana, `/boards/${board.id}/put-away/`, {});
  await expect(onBoard.getByText("This board is archived.")).toBeVisible();
  await expect(add).toHaveCount(0);
  await expect(inRoom.getByText("This board is archived. What was said can be read.")).toBeVisible();
  await expect(composer(inRoom, "general")).toHaveCount(0);
  await expect(sidebar(inRoom).getByRole("link", { name: "Ana's board" })).toBeVisible();
  await post(ana, `/boards/${board.id}/restore/`, {});
  await expect(add.first()).toBeVisible();
  await expect(onBoard.getByText("This board is archived.")).toHaveCount(0);
  await expect(composer(inRoom, "general")).toBeVisible();
});

test.describe("what is gone", () => {
  test.use({ expectedConsole: /status of 404/ });

  test("open screens say that the board was deleted", async ({ pair: { ana, bo, board }, person, post, room, say, task, visit }) => {
    const general = await room(ana, board, "general");
    const paint = await task(ana, board, "Paint the door");
    const [cy, dora] = [await person("Cy"), await person("Dora")];
    for (const { username } of [cy, dora]) {
      await post(ana, `/boards/${board.id}/members/`, { username, role: "member" });
    }
    const [onBoard, inRoom] = [await visit(bo, board.url), await visit(cy, general.url)];
    const onTask = await visit(dora, paint.url);
    // All three follow what happens.
    await task(ana, board, "Wash the floor");
    await expect(card(onBoard, "To do", "Wash the floor")).toBeVisible();
    for (const [page, place] of [[inRoom, general], [onTask, paint]] as const) {
      await say(ana, place, "Hello");
      await expect(said(page, "Hello")).toBeVisible();
    }
    await post(ana, `/boards/${board.id}/delete/`, { confirm: "Ana's board" });
    await expect(onBoard.getByRole("heading", { name: "This board was deleted" })).toBeVisible();
    await expect(inRoom.getByText("This board was deleted.")).toBeVisible();
    await expect(onTask.getByRole("heading", { name: "This board was deleted" })).toBeVisible();
    for (const page of [onBoard, inRoom, onTask]) {
      await expect(sidebar(page).getByRole("link", { name: "Ana's board" })).toHaveCount(0);
    }
  });

  test("an open room says that it was deleted", async ({ pair: { ana, bo, board }, post, room, say, visit }) => {
    const general = await room(ana, board, "general");
    const page = await visit(bo, general.url);
    await say(ana, general, "Hello");
    await expect(said(page, "Hello")).toBeVisible();
    await post(ana, `${general.url}delete/`, {});
    await expect(page.getByText("This room was deleted.")).toBeVisible();
  });
});
