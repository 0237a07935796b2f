// Defects of the original that show with scripts and without.
import { expect, test } from "../scenes.ts";
import { comment, entry, log, row, said, send, unread } from "../screen.ts";

test("defect 2: @marcus.chen is one whole mention; addresses and code are none", async ({
  board,
  person,
  room,
  visit,
}) => {
  const [ana, marcus] = [await person("Ana"), await person("marcus.chen")];
  const general = await room(ana, await board(ana, marcus), "general");
  const page = await visit(ana, general.url);
  await send(
    page,
    "general",
    `Ask @${marcus.username}, not bob@acme.com or \`@${marcus.username}\``,
  );
  await expect(log(page).locator(".mention")).toHaveText([`@${marcus.username}`]);
  const marcuss = await visit(marcus, "/messaging/notifications/");
  await expect(entry(marcuss, "Ana mentioned you in general")).toHaveCount(1);
});

test("defect 3: who may not read a place can be neither mentioned nor found there", async ({
  board,
  pair: { ana, bo, board: theirs },
  person,
  privateRoom,
  say,
  visit,
}) => {
  const eve = await person("Eve");
  await board(eve);
  const secret = await privateRoom(ana, theirs, "Secret");
  await say(ana, secret, `Nothing for @${bo.username} or @${eve.username}`);
  const page = await visit(ana, secret.url);
  await expect(row(page, "Nothing for")).toBeVisible();
  await expect(log(page).locator(".mention")).toHaveCount(0);
  for (const person of [bo, eve]) {
    const inbox = await visit(person, "/messaging/notifications/");
    await expect(inbox.getByText("Nothing for")).toHaveCount(0);
  }
  const found = await eve.context.request.get(`/messaging/mentions/?q=${ana.username}`);
  expect((await found.json()).results, "they share no board").toEqual([]);
});

test("defect 4: a comment posted by the form is saved and shown, once and without an error", async ({
  pair: { ana, board },
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const page = await visit(ana, hall.url);
  await comment(page, "Which one?");
  await expect(said(page, "Which one?")).toHaveCount(1);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await page.reload();
  await expect(said(page, "Which one?")).toHaveCount(1);
});

test("defect 8: a write that is sent twice happens once", async ({
  pair: { ana, board },
  room,
  server,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const key = "0190b1a0-0000-7000-8000-000000000001";
  const headers = { Origin: server.url, Accept: "application/json", "Idempotency-Key": key };
  const post = (content: string) =>
    ana.context.request.post(`${general.url}send/`, { headers, form: { content } });
  const [first, again, other] = [
    await post("Once"),
    await post("Once"),
    await post("Something else"),
  ];
  expect([first.status(), again.status(), other.status()]).toEqual([201, 200, 409]);
  expect(await again.json()).toEqual(await first.json());
  const page = await visit(ana, general.url);
  await expect(log(page).locator(".message-text")).toHaveText(["Once"]);
});

test("defect 11: reading marks a place that one may read, and not beyond what is there", async ({
  pair: { ana, bo, board },
  person,
  post,
  room,
  say,
  server,
  visit,
}) => {
  const general = await room(ana, board, "general");
  await post(bo, `${general.url}join/`, {});
  await say(ana, general, "One");
  await post(bo, `${general.url}read/`, { n: "999999" });
  await say(ana, general, "Two");
  const page = await visit(bo, board.url);
  await expect(unread(page, "general", 1)).toBeVisible();

  const eve = await person("Eve");
  const headers = { Origin: server.url, Accept: "application/json" };
  const answer = await eve.context.request.post(`${general.url}read/`, {
    headers,
    form: { n: "1" },
  });
  expect(answer.status()).toBe(404);
});

test("defect 15: history wants a sign-in, a seat on the board, and an offset within bounds", async ({
  pair: { ana, board },
  person,
  playwright,
  room,
  say,
  server,
}) => {
  const general = await room(ana, board, "general");
  for (const text of ["One", "Two", "Three"]) await say(ana, general, text);
  const eve = await person("Eve");
  const nobody = await playwright.request.newContext({ baseURL: server.url });
  const history = `${general.url}history/`;
  expect((await nobody.get(history)).status()).toBe(401);
  expect((await eve.context.request.get(history)).status()).toBe(404);
  const get = (query: string) => ana.context.request.get(history + query);
  for (const query of [
    "?offset=-1",
    "?offset=10001",
    "?offset=x",
    "?limit=0",
    "?limit=51",
    "?before=999999",
  ]) {
    expect((await get(query)).status(), query).toBe(422);
  }
  const { messages } = await (await get("?offset=1&limit=1")).json();
  expect(messages.map((message: { content: string }) => message.content)).toEqual(["Two"]);
  await nobody.dispose();
});
