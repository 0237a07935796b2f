// A client written for the original works unchanged: the JavaScript of its documentation, as it
// stands there, in a real browser. Only the host and the ids are filled in.
import { expect, type Page, test } from "../scenes.ts";
import { comment, composer, said, send } from "../screen.ts";

const ROOM_SOCKET = "ws://localhost:8000/ws/chat-room/<room_id>/";
const TASK_SOCKET = "ws://localhost:8000/ws/task-comments/<task_id>/";

const SEND = `
chatSocket.send(JSON.stringify({
    'type': 'chat_message',
    'message': 'Hello team!'
}));
`;

const RECEIVE = `
chatSocket.onmessage = function(e) {
    const data = JSON.parse(e.data);
    console.log(data.username + ': ' + data.message);
};
`;

/** `SEND` and `RECEIVE` by analogy: the documentation names the task's socket and shows no code. */
const COMMENT = SEND.replace("chat_message", "comment").replace("'message'", "'comment'");
const RECEIVE_COMMENT = RECEIVE.replace("data.message", "data.comment");

test("the original's room code sends and receives what our room page receives and sends", async ({
  pair: { ana, bo, board },
  room,
  server,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const bos = await visit(bo, general.url);
  const client = await visit(ana, "/accounts/");
  const address = ROOM_SOCKET.replace("localhost:8000", host(server.url)).replace(
    "<room_id>",
    `${general.id}`,
  );
  const logged = lines(client);
  await open(client, address, RECEIVE);

  await client.evaluate(SEND);
  await expect(said(bos, "Hello team!")).toHaveCount(1);
  await expect.poll(logged).toContain(`${ana.username}: Hello team!`);

  await composer(bos, "general").pressSequentially("Hello Ana!");
  await send(bos, "general", "Hello Ana!");
  await expect.poll(logged).toContain(`${bo.username}: Hello Ana!`);
  for (const line of [`${ana.username}: Hello team!`, `${bo.username}: Hello Ana!`]) {
    expect(
      logged().filter((each) => each === line),
      `"${line}" arrives once`,
    ).toHaveLength(1);
  }
});

test("the same for the comments of a task", async ({
  pair: { ana, bo, board },
  server,
  task,
  visit,
}) => {
  const hall = await task(ana, board, "Book the hall");
  const bos = await visit(bo, hall.url);
  const client = await visit(ana, "/accounts/");
  const address = TASK_SOCKET.replace("localhost:8000", host(server.url)).replace(
    "<task_id>",
    `${hall.id}`,
  );
  const logged = lines(client);
  await open(client, address, RECEIVE_COMMENT);

  await client.evaluate(COMMENT);
  await expect(said(bos, "Hello team!")).toHaveCount(1);
  await comment(bos, "Hello Ana!");
  await expect.poll(logged).toEqual([`${ana.username}: Hello team!`, `${bo.username}: Hello Ana!`]);
});

test("frames carry what the contract names", async ({
  pair: { ana, bo, board },
  room,
  say,
  server,
  visit,
}) => {
  const general = await room(ana, board, "general");
  const client = await visit(ana, "/accounts/");
  const logged = lines(client);
  const address = ROOM_SOCKET.replace("localhost:8000", host(server.url)).replace(
    "<room_id>",
    `${general.id}`,
  );
  await open(client, address, "chatSocket.onmessage = (e) => console.log(e.data);");
  const frames = (type: string) =>
    logged()
      .map((line) => JSON.parse(line))
      .filter((frame) => frame.type === type);

  const bos = await visit(bo, general.url);
  const person = { user_id: bo.id, username: bo.username };
  await expect.poll(() => frames("user_join")).toContainEqual({ type: "user_join", ...person });
  await composer(bos, "general").pressSequentially("Hi");
  await expect.poll(() => frames("user_typing")).toContainEqual({ type: "user_typing", ...person });
  await composer(bos, "general").fill("");
  await expect
    .poll(() => frames("user_stop_typing"))
    .toContainEqual({ type: "user_stop_typing", ...person });

  const id = await say(bo, general, `**Hi** @${ana.username}`);
  await expect.poll(() => frames("chat_message")).toHaveLength(1);
  const [{ timestamp, ...message }] = frames("chat_message");
  expect(message).toEqual({
    type: "chat_message",
    message_id: id,
    ...person,
    message: `**Hi** @${ana.username}`,
    mentioned_users: [ana.username],
  });
  expect(new Date(timestamp).toISOString()).toBe(timestamp);

  await bo.context.request.post(`/messaging/message/${id}/delete/`, {
    headers: { Origin: server.url },
  });
  await expect.poll(() => frames("message_deleted")).toHaveLength(1);
  await bos.close();
  await expect.poll(() => frames("user_leave")).toContainEqual({ type: "user_leave", ...person });

  for (const said of ["{}", "nonsense", '{"type":"chat_message","message":""}']) {
    await client.evaluate(`chatSocket.send(${JSON.stringify(said)})`);
  }
  await expect.poll(() => frames("error")).toHaveLength(3);
  for (const error of frames("error")) {
    expect(error).toEqual({ type: "error", code: expect.any(String), message: expect.any(String) });
  }
  await client.evaluate(`chatSocket.send('{"type":"ping"}')`);
  await expect.poll(() => frames("pong")).toEqual([{ type: "pong" }]);
});

const host = (url: string): string => new URL(url).host;

/** What a page writes into its console from now on. */
function lines(page: Page): () => string[] {
  const lines: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "log") lines.push(message.text());
  });
  return () => lines;
}

/** Opens `chatSocket` in a page, with `code` run on it before anything can arrive. */
async function open(page: Page, address: string, code: string): Promise<void> {
  await page.evaluate(`
    var chatSocket = new WebSocket(${JSON.stringify(address)});
    ${code}
    new Promise((resolve, reject) => {
      chatSocket.onopen = () => resolve();
      chatSocket.onclose = reject;
    });
  `);
}
