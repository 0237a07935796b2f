// What becomes a mention and whom it reaches, with scripts and without.
import { expect, test } from "../scenes.ts";
import { log, row, send } from "../screen.ts";

test("a username with a dot is one mention; addresses and code are none", async ({
  board,
  person,
  post,
  room,
  visit,
}) => {
  const [ana, marcus] = [await person("Ana"), await person("marcus.chen")];
  const theirs = await board(ana, marcus);
  await post(marcus, "/messaging/notifications/read-all/", {});
  const general = await room(ana, theirs, "general");
  const page = await visit(ana, general.url);
  const name = marcus.username;

  await send(page, "general", `One: \`@${name}\` in code, bob@${name}, x@${name}.com`);
  await expect(row(page, "One:").locator("code")).toHaveText(`@${name}`);
  await expect(row(page, "One:").locator(".mention")).toHaveCount(0);
  const count = async () =>
    (await (await marcus.context.request.get("/messaging/notifications/count/")).json()).count;
  expect(await count()).toBe(0);

  await send(page, "general", `Two: @${name.toUpperCase()}. And ＠${name}-`);
  await expect(row(page, "Two:").locator(".mention")).toHaveCount(2);
  await expect(row(page, "Two:")).toContainText(/chen\d+\. And/i);
  expect(await count(), "one row for one message").toBe(1);
});

test("the name of nobody here stays plain text, and nobody is told", async ({
  look,
  pair: { ana, board },
  person,
  room,
  visit,
}) => {
  const eve = await person("Eve");
  const general = await room(ana, board, "general");
  const page = await visit(ana, general.url);
  await send(page, "general", `Secret of @${eve.username} and @nobody.at.all`);
  await expect(row(page, "Secret of")).toContainText(`@${eve.username} and @nobody.at.all`);
  await expect(row(page, "Secret of").locator(".mention")).toHaveCount(0);
  const eves = await visit(eve, "/messaging/notifications/");
  await look(eves);
  await expect(eves.getByText("Nothing here")).toBeVisible();
});

test("a mention of oneself is marked for oneself and tells nobody", async ({
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await say(ana, general, `Note to @${ana.username}`);
  await say(ana, general, `Note to @${bo.username}`);
  const page = await visit(ana, general.url);
  await expect(row(page, `@${ana.username}`).locator(".mention[data-me]")).toHaveCount(1);
  await expect(row(page, `@${bo.username}`).locator(".mention:not([data-me])")).toHaveCount(1);
  await visit(ana, "/messaging/notifications/");
  await expect(page.getByText("Nothing here")).toBeVisible();
  await visit(bo, general.url);
  await expect(log(bo.page).locator(".mention[data-me]")).toHaveText(`@${bo.username}`);
});
