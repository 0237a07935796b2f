// Who did what on a board and to a task, with scripts and without.
import { expect, test } from "../scenes.ts";

test("what is done on a board is told there and on the task, as it happens", async ({
  look,
  pair: { ana, bo, board },
  post,
  scripts,
  task,
  visit,
}) => {
  const railing = await task(ana, board, "Railing");
  const anas = await visit(ana, board.url);
  await anas.getByRole("link", { name: "Activity", exact: true }).click();
  const lines = anas.locator(".activity-line");
  await expect(lines.first()).toContainText(/^A.*Ana added #1 Railing to “To do”/);
  await post(bo, `/tasks/${railing.id}/edit/`, { title: "Ramp", description: "", version: "1" });
  await post(bo, `/tasks/${railing.id}/priority/`, { priority: "high" });
  await look(anas);
  await expect(lines.first()).toContainText(
    "Bo renamed #1 Ramp from “Railing” to “Ramp” and set the priority of it to high",
  );

  await lines.first().getByRole("link", { name: "#1 Ramp" }).click();
  await expect(anas.locator(".task-title")).toHaveText("#1 Ramp");
  const section = anas.locator(".task-activity");
  await section.getByText("Activity", { exact: true }).click();
  if (scripts) {
    const done = section.locator(".activity-line");
    await expect(done).toHaveCount(2);
    await expect(done.last()).toContainText("Ana added this task");
    await post(ana, `/tasks/${railing.id}/progress/`, { progress: "100" });
    await expect(done.first()).toContainText("Ana marked this task done");
  }
  await section.getByRole("link", { name: "All activity of this task" }).click();
  await expect(anas).toHaveTitle(/Activity of #1 Ramp/);
  await expect(lines.last()).toContainText("Ana added this task");
});
