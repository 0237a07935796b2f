// Defects of the original that show in live pages.
import { expect, type Page, type Person, test } from "../scenes.ts";
import { comment, completion, composer, log, row, said, send } from "../screen.ts";
import { Wire } from "../wire.ts";

test("defect 1: markup in a live message is shown as text and does nothing", async ({
  pair: { ana, bo, board },
  room,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
  const hostile = `<img src=x onerror="window.hit=1"><script>window.hit=1</script><b onclick="hit=1">bold</b>`;
  await send(anas, "general", hostile);
  for (const page of [anas, bos]) {
    await expect(said(page, hostile)).toBeVisible();
    await expect(log(page).locator("img, script, b")).toHaveCount(0);
    expect(await page.evaluate("window.hit")).toBeUndefined();
  }
  await send(anas, "general", "[press me](javascript:window.hit=1)");
  await expect(row(bos, "press me")).toBeVisible();
  await expect(log(bos).locator('a[href^="javascript"]')).toHaveCount(0);
});

test("defect 3: completion offers those who may read the place and nobody else", async ({
  pair: { ana, bo, board },
  person,
  privateRoom,
  visit,
}) => {
  const eve = await person("Eve");
  const secret = await privateRoom(ana, board, "Secret");
  const page = await visit(ana, secret.url);
  await composer(page, "Secret").pressSequentially("@");
  await expect(completion(page)).toHaveCount(0);
  for (const outsider of [bo, eve]) {
    await composer(page, "Secret").fill("");
    const answer = page.waitForResponse(/mention_candidates/);
    await composer(page, "Secret").fill(`@${outsider.username}`);
    await (await answer).finished();
    await expect(completion(page)).toHaveCount(0);
  }
});

test("defect 5: a comment is on the other's open page at once", async ({
  pair: { ana, bo, board },
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const [anas, bos] = [await visit(ana, hall.url), await visit(bo, hall.url)];
  await comment(anas, "Which one?");
  await expect(said(bos, "Which one?")).toHaveCount(1);
});

test("defect 6: a message sent over HTTP is on the open pages at once", async ({
  pair: { ana, bo, board },
  room,
  say,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const bos = await visit(bo, general.url);
  await say(ana, general, "Sent by a program");
  await expect(said(bos, "Sent by a program")).toHaveCount(1);
});

test.describe("an answer that is lost", () => {
  test.use({ expectedConsole: /net::ERR_FAILED/ });

  test("defect 8: a message whose answer was lost is sent again by itself, and is there once", async ({
    pair: { ana, bo, board },
    room,
    visit,
  }) => {
    const general = await room(ana, board, "general");
    // Ana's socket is away, so that she can't learn from it that the message arrived.
    await (await Wire.of(ana.page)).cut();
    const [anas, bos] = [await visit(ana, general.url), await visit(bo, general.url)];
    let lost = 0;
    await anas.route("**/api/post_message", async (route) => {
      await route.fetch();
      lost += 1;
      await route.abort();
    });
    await send(anas, "general", "Did it arrive?");
    await expect(said(bos, "Did it arrive?")).toHaveCount(1);
    await expect(row(anas, "Did it arrive?")).toContainText("Waiting for the connection");
    await expect.poll(() => lost).toBeGreaterThan(1);
    await anas.unroute("**/api/post_message");
    await expect(row(anas, "Did it arrive?")).toHaveAttribute("id", /^m\d+$/);
    await expect(said(anas, "Did it arrive?")).toHaveCount(1);
    await send(anas, "general", "Yes");
    await expect(log(bos).locator(".message-text")).toHaveText(["Did it arrive?", "Yes"]);
  });
});

test.describe("a server that is away for a while", () => {
  test.use({ expectedConsole: /WebSocket connection to .* failed|WebSocket is already|net::ERR_/ });

  test("defect 7: what was said while a page had no connection is there without a reload", async ({
    pair: { ana, bo, board },
    room,
    say,
    server,
    visit,
  }) => {
    const general = await room(ana, board, "general");
    const wire = await Wire.of(bo.page);
    const bos = await visit(bo, general.url);
    await say(ana, general, "Before");
    await expect(said(bos, "Before")).toBeVisible();
    await wire.cut();
    await say(ana, general, "Meanwhile");
    await server.restart();
    await say(ana, general, "After the restart");
    await expect(said(bos, "Meanwhile")).toHaveCount(0);
    await wire.mend();
    await expect(log(bos).locator(".message-text")).toHaveText([
      "Before",
      "Meanwhile",
      "After the restart",
    ]);
  });
});

test("defect 9: a typist who says nothing more has stopped, though the socket stays open", async ({
  pair: { ana, bo, board },
  room,
  server,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const bos = await visit(bo, general.url);
  await expect(bos.getByRole("button", { name: /^1 here/ })).toBeVisible();
  const anas = await visit(ana, "/accounts/");
  await socket(anas, server.url, `/ws/chat-room/${general.id}/`);
  await anas.evaluate(`chatSocket.send('{"type":"typing"}')`);
  await expect(bos.getByText("Ana is typing")).toBeVisible();
  await expect(bos.getByText("Ana is typing")).toBeHidden();
  expect(await anas.evaluate("chatSocket.readyState")).toBe(1);
});

test("defect 12: opening a room or its socket joins nobody, and removal closes what is open", async ({
  pair: { ana, bo, board },
  post,
  privateRoom,
  room,
  server,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const bos = await visit(bo, general.url);
  await socket(bos, server.url, `/ws/chat-room/${general.id}/`);
  await expect(bos.getByRole("main").getByRole("button", { name: "Join" })).toBeVisible();
  const anas = await visit(ana, `${general.url}settings/`);
  const members = anas.getByRole("main").locator(".members");
  await expect(members).toContainText(ana.username);
  await expect(members).not.toContainText(bo.username);

  const secret = await privateRoom(ana, board, "Secret", bo);
  await visit(bo, secret.url);
  await socket(bos, server.url, `/ws/chat-room/${secret.id}/`);
  await post(ana, `${secret.url}members/${bo.id}/remove/`, {});
  await expect.poll(() => bos.evaluate("closedWith")).toBe(4003);
  await expect(bos.getByText("You no longer have access to this conversation.")).toBeVisible();
});

test("defect 14: an arrival is told once to each, not everybody to everybody", async ({
  board,
  person,
  room,
  visit,
}) => {
  const [ana, bo, cy] = [await person("Ana"), await person("Bo"), await person("Cy")];
  const general = await room(ana, await board(ana, bo, cy), "general");
  const heard = presence(ana);
  const anas = await visit(ana, general.url);
  for (const [visitor, count] of [
    [bo, 2],
    [cy, 3],
  ] as const) {
    await visit(visitor, general.url);
    await expect(anas.getByRole("button", { name: new RegExp(`^${count} here`) })).toBeVisible();
  }
  expect(heard()).toEqual(["here", `came ${bo.username}`, `came ${cy.username}`]);
});

test("defect 17: Enter inside a composition does not send; Enter after it does", async ({
  pair: { ana, board },
  room,
  visit,
}) => {
  const page = await visit(ana, (await room(ana, board, "general")).url);
  const field = composer(page, "general");
  await field.focus();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
  // As Chromium says it for a key that the input method takes, and as it says it where it does not.
  for (const windowsVirtualKeyCode of [229, 13]) {
    const key = { key: "Enter", code: "Enter", windowsVirtualKeyCode };
    await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
    await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  }
  await cdp.send("Input.insertText", { text: "日本" });
  await expect(field).toHaveValue("日本");
  await expect(page.getByText("Nothing said yet")).toBeVisible();
  await field.press("Enter");
  await expect(said(page, "日本")).toHaveCount(1);
  await expect(log(page).locator(".message-text")).toHaveText(["日本"]);
});

/** Opens `chatSocket` in a page; `closedWith` is the code that it is closed with. */
async function socket(page: Page, url: string, path: string): Promise<void> {
  const address = url.replace("http", "ws") + path;
  await page.evaluate(`
    var closedWith;
    var chatSocket = new WebSocket("${address}");
    chatSocket.onclose = (event) => { closedWith = event.code; };
    new Promise((resolve) => { chatSocket.onopen = () => resolve(); });
  `);
}

/** What a person's page is told of who is in a room. */
function presence(person: Person): () => string[] {
  const heard: string[] = [];
  person.page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      const [kind, said] = Object.entries<any>(JSON.parse(`${payload}`).what ?? {})[0] ?? [];
      if (!said?.stream?.startsWith("room:")) return;
      if (kind === "here") heard.push("here");
      if (kind === "came" || kind === "went") heard.push(`${kind} ${said.person.username}`);
    }),
  );
  return () => heard;
}
