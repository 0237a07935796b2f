// Boards, their names and their members.
import { expect, type Person, test } from "../fixtures.ts";

test("a board is made, and has its three columns", async ({ person, hydrated }) => {
  const { page } = await person("Ana");
  await page.goto("/messaging/");
  await hydrated(page);
  await expect(page.getByText("No board yet", { exact: true })).toBeVisible();
  await page.getByLabel("Name").fill("Harbour <1> & 2");
  await page.getByRole("button", { name: "Make the board" }).click();
  await expect(page).toHaveURL(/\/boards\/\d+\/$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Harbour <1> & 2");
  await expect(page.getByRole("heading", { level: 2, name: /To do|Doing|Done/ })).toHaveText(["To do", "Doing", "Done"]);
  await page.goto("/messaging/");
  await expect(page.getByRole("main").getByRole("link", { name: "Harbour <1> & 2", exact: true })).toBeVisible();
});

test("a board begins ready for a kind of work", async ({ person, hydrated }) => {
  const { page } = await person("Ana");
  await page.goto("/messaging/");
  await hydrated(page);
  await page.getByLabel("Name").fill("Summer party");
  await page.getByRole("combobox", { name: "Begin with" }).selectOption("event");
  await page.getByRole("button", { name: "Make the board" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Summer party");
  await expect(page.getByRole("link", { name: /Book the place/ })).toBeVisible();
  await page.getByRole("link", { name: /The day itself/ }).click();
  await expect(page.locator(".task-description input")).toHaveCount(4);
});

test("the form that makes a board makes one, however often it is sent", async ({ person }) => {
  const { page } = await person("Ana");
  await page.goto("/messaging/");
  const key = await page.locator("form[action='/boards/'] [name=client_id]").getAttribute("value");
  for (let i = 0; i < 2; i += 1) {
    await page.request.post("/boards/", { form: { name: "Once", client_id: key ?? "" }, headers: { Accept: "text/html" } });
  }
  await page.reload();
  await expect(page.getByRole("main").getByRole("link", { name: "Once", exact: true })).toHaveCount(1);
});

test("an owner gives the board another name", async ({ person, board, hydrated }) => {
  const { page, ...ana } = await person("Ana");
  const { url } = await board({ page, ...ana });
  await page.goto(`${url}members/`);
  await hydrated(page);
  await page.getByLabel("Name", { exact: true }).fill("Boat house");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page).toHaveURL(`${url}members/`);
  await expect(page).toHaveTitle("Members of Boat house · Boardwalk");
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Boat house");
});

test("an owner adds somebody, who then has the board", async ({ person, board, hydrated }) => {
  const [ana, bo] = [await person("Ana"), await person("Bo")];
  const { url } = await board(ana);
  await ana.page.goto(`${url}members/`);
  await hydrated(ana.page);
  await ana.page.getByLabel("Add somebody by username").fill(bo.username.toUpperCase());
  await ana.page.getByRole("combobox", { name: "Role", exact: true }).selectOption("viewer");
  await ana.page.getByRole("button", { name: "Add" }).click();
  await expect(ana.page.getByRole("combobox", { name: "Role of Bo" })).toHaveValue("viewer");
  await bo.page.goto("/messaging/");
  await expect(bo.page.getByRole("main").getByRole("link", { name: "Ana's board", exact: true })).toBeVisible();
  await expect(bo.page.getByText("viewer")).toBeVisible();
});

test("a viewer reads everything and finds nothing to write with", async ({ person, board, room, post, hydrated }) => {
  const [ana, vi] = [await person("Ana"), await person("Vi")];
  const own = await board(ana, [vi, "viewer"]);
  const general = await room(ana, own, "General");
  const task = await post(ana, `/boards/${own.id}/tasks/`, { title: "Paint the railing" });
  await post(ana, `${general.url}send/`, { content: "Blue, I say" });
  await post(ana, `/messaging/task/${task.id}/comments/`, { content: "Twice" });
  const { page } = vi;

  const pages = [
    { url: own.url, says: "Paint the railing" },
    { url: `${own.url}tasks/${task.id}/`, says: "Twice" },
    { url: `${own.url}members/`, says: "Ana" },
    { url: `/messaging/board/${own.id}/rooms/`, says: "General" },
    { url: general.url, says: "Blue, I say" },
    { url: `/messaging/task/${task.id}/comments/`, says: "Twice" },
  ];
  for (const { url, says } of pages) {
    await page.goto(url);
    await hydrated(page);
    const main = page.getByRole("main");
    await expect(main).toContainText(says);
    await expect(main.getByRole("textbox"), url).toHaveCount(0);
    await expect(main.getByRole("link", { name: "New room" }), url).toHaveCount(0);
    const writes = main.getByRole("button", { name: /add|send|post|delete|rename|move|edit|set$|remove/i });
    await expect(writes, url).toHaveCount(0);
  }
  await expect(page.getByText("You can read here, not write.")).toBeVisible();
});

test("the server refuses a viewer too", async ({ person, board, room, server }) => {
  const [ana, vi] = [await person("Ana"), await person("Vi")];
  const own = await board(ana, [vi, "viewer"]);
  const general = await room(ana, own, "General");
  const writes: [string, Record<string, string>][] = [
    [`/boards/${own.id}/tasks/`, { title: "No" }],
    [`${general.url}send/`, { content: "No" }],
    [`/messaging/board/${own.id}/rooms/create/`, { name: "No" }],
    [`/boards/${own.id}/rename/`, { name: "No" }],
    [`/boards/${own.id}/members/`, { username: "admin" }],
  ];
  for (const [path, form] of writes) {
    const headers = { Accept: "application/json", Origin: server.url };
    const answer = await vi.context.request.post(path, { form, headers });
    expect(answer.status(), path).toBe(403);
  }
});

test("a member leaves", async ({ person, board, hydrated }) => {
  const [ana, bo] = [await person("Ana"), await person("Bo")];
  const { url } = await board(ana, bo);
  await bo.page.goto(`${url}members/`);
  await hydrated(bo.page);
  await expect(bo.page.getByRole("button", { name: /Remove/ })).toHaveCount(0);
  await bo.page.getByRole("button", { name: "Leave this board" }).click();
  await expect(bo.page).toHaveURL("/messaging/");
  await expect(bo.page.getByText("No board yet", { exact: true })).toBeVisible();
});

test("an owner makes another owner, and then may leave", async ({ person, board, hydrated }) => {
  const [ana, bo] = [await person("Ana"), await person("Bo")];
  const { url } = await board(ana, bo);
  await ana.page.goto(`${url}members/`);
  await hydrated(ana.page);
  const row = rowOf(ana, bo);
  await row.getByRole("combobox").selectOption("owner");
  await row.getByRole("button", { name: "Set" }).click();
  await expect(rowOf(ana, bo).getByRole("combobox")).toHaveValue("owner");
  await ana.page.getByRole("button", { name: "Leave this board" }).click();
  await expect(ana.page).toHaveURL("/messaging/");
});

test.describe("refused", () => {
  test.use({ expectedConsole: /status of (404|409|422)/ });

  test("the last owner can neither leave nor be lowered", async ({ person, board, hydrated }) => {
    const ana = await person("Ana");
    const { url } = await board(ana, await person("Bo"));
    await ana.page.goto(`${url}members/`);
    await hydrated(ana.page);
    await ana.page.getByRole("button", { name: "Leave this board" }).click();
    await expect(ana.page.getByRole("alert")).toContainText("is the last owner of this board and can't leave");
    const row = rowOf(ana, ana);
    await row.getByRole("combobox").selectOption("member");
    await row.getByRole("button", { name: "Set" }).click();
    await expect(ana.page.getByRole("alert")).toContainText("is the last owner of this board");
    await ana.page.goto(`${url}members/`);
    await expect(rowOf(ana, ana).getByRole("combobox")).toHaveValue("owner");
  });

  test("somebody who is nobody is said at the field", async ({ person, board, hydrated }) => {
    const ana = await person("Ana");
    const { url } = await board(ana);
    await ana.page.goto(`${url}members/`);
    await hydrated(ana.page);
    await ana.page.getByLabel("Add somebody by username").fill("nobody-of-this-name");
    await ana.page.getByRole("button", { name: "Add" }).click();
    const field = ana.page.getByLabel("Add somebody by username");
    await expect(field).toHaveAccessibleDescription("Nobody here has this username.");
    await expect(field).toHaveValue("nobody-of-this-name");
  });

  test("who was removed has the board no more", async ({ person, board, hydrated }) => {
    const [ana, bo] = [await person("Ana"), await person("Bo")];
    const { url } = await board(ana, bo);
    await ana.page.goto(`${url}members/`);
    await hydrated(ana.page);
    await ana.page.getByRole("button", { name: "Remove Bo" }).click();
    await expect(rowOf(ana, bo)).toHaveCount(0);
    const answer = await bo.page.goto(url);
    expect(answer?.status()).toBe(404);
  });
});

/** The row about a member, as this person sees it. */
function rowOf(seer: Person, member: Person) {
  return seer.page.getByRole("main").getByRole("listitem").filter({ hasText: `@${member.username}` });
}

test("who follows a link makes an account and comes onto the board", async ({ person, board, hydrated, newContext }) => {
  const ana = await person("Ana");
  const { url } = await board(ana);
  await ana.page.goto(`${url}members/`);
  await hydrated(ana.page);
  await ana.page.getByRole("combobox", { name: "They become" }).selectOption("viewer");
  await ana.page.getByRole("button", { name: "Make a link" }).click();
  const link = await ana.page.getByRole("textbox", { name: "Link for a new viewer" }).inputValue();
  expect(link).toMatch(/^http.*\/invite\/[0-9a-f]{32}\/$/);
  const page = await (await newContext()).newPage();
  await page.goto(link);
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ana's board");
  await page.getByRole("link", { name: "Make an account" }).click();
  await hydrated(page);
  await page.getByLabel("Username").fill(`newcomer${Date.now()}`);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByRole("button", { name: "Join the board" }).click();
  await expect(page).toHaveURL(url);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ana's board");

  await ana.page.reload();
  await hydrated(ana.page);
  await expect(ana.page.getByText("1 person has come by it")).toBeVisible();
  await ana.page.getByRole("button", { name: "End it" }).click();
  await expect(ana.page.getByRole("textbox", { name: "Link for a new viewer" })).toHaveCount(0);
  await ana.page.goto(link);
  await expect(ana.page.getByRole("heading", { level: 1 })).toHaveText("This invitation is over");
});
