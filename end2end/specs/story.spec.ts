// The main job by forms alone: what it does with scripts it does without them.
import { expect, test } from "../scenes.ts";
import {
  card,
  column,
  comment,
  composer,
  entry,
  moveTo,
  remove,
  row,
  said,
  send,
} from "../screen.ts";

test("from signing up to a finished task, every step is a form", async ({
  hydrated,
  newContext,
}) => {
  const page = await (await newContext()).newPage();
  const other = await (await newContext()).newPage();
  const [ana, bo] = ["ana.story", "bo.story"];

  await test.step("both sign up, Ana signs out and in again", async () => {
    for (const [visitor, username, name] of [
      [page, ana, "Ana"],
      [other, bo, "Bo"],
    ] as const) {
      await visitor.goto("/accounts/signup/");
      await hydrated(visitor);
      await visitor.getByLabel("Username").fill(username);
      await visitor.getByLabel("Password").fill("correct horse battery");
      await visitor.getByLabel("Your name").fill(name);
      await visitor.getByRole("button", { name: "Make the account" }).click();
      await expect(visitor.getByRole("heading", { name: "Your boards" })).toBeVisible();
    }
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await hydrated(page);
    await page.getByLabel("Username").fill(ana);
    await page.getByLabel("Password").fill("correct horse battery");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Your boards" })).toBeVisible();
  });

  await test.step("Ana makes a board with Bo on it and a room", async () => {
    const main = page.getByRole("main");
    await hydrated(page);
    await main.getByLabel("Name").fill("Launch");
    await main.getByRole("button", { name: "Make the board" }).click();
    await expect(page.getByRole("heading", { name: "Launch", level: 1 })).toBeVisible();
    await main.getByRole("link", { name: "Members" }).click();
    await main.getByLabel("Add somebody by username").fill(bo);
    await main.getByRole("button", { name: "Add" }).click();
    await expect(main.getByText(`@${bo}`)).toBeVisible();
    await page.getByRole("navigation").getByRole("link", { name: "New room" }).click();
    await main.getByLabel("Name").fill("general");
    await main.getByRole("button", { name: "Make the room" }).click();
    await expect(composer(page, "general")).toBeVisible();
  });

  await test.step("they talk", async () => {
    await hydrated(page);
    await send(page, "general", `Welcome, @${bo}`);
    await expect(row(page, "Welcome,").locator(".mention")).toHaveText(`@${bo}`);
    await other.goto(page.url());
    await hydrated(other);
    await expect(row(other, "Welcome,")).toBeVisible();
    await send(other, "general", "Thanks, that is a tyop");
    await expect(said(other, "Thanks, that is a tyop")).toBeVisible();
    await remove(other, "Thanks, that is a tyop");
    await expect(said(other, "This message was deleted.")).toBeVisible();
    await expect(said(other, "Thanks, that is a tyop")).toHaveCount(0);
  });

  await test.step("Bo adds a task, comments on it and moves it", async () => {
    await other.getByRole("navigation").getByRole("link", { name: "Launch" }).click();
    await column(other, "To do").getByLabel("New task in To do").fill("Book the hall");
    await column(other, "To do").getByRole("button", { name: "Add the task to To do" }).click();
    await card(other, "To do", "Book the hall").click();
    await comment(other, `For 80 people, @${ana}?`);
    await expect(row(other, "For 80 people")).toBeVisible();
    await moveTo(other, "Done");
    await other.getByRole("navigation").getByRole("link", { name: "Launch" }).click();
    await expect(card(other, "Done", "Book the hall")).toContainText("1 comment");
  });

  await test.step("Ana finds it in her inbox, opens it, and marks the rest read", async () => {
    await page.goto("/messaging/notifications/");
    await hydrated(page);
    await entry(page, "Bo mentioned you in #1 Book the hall").click();
    await expect(row(page, "For 80 people")).toBeVisible();
    await page.goto("/messaging/notifications/");
    await expect(page.getByRole("button", { name: "Mark all read" })).toBeHidden();
  });
});
