// What reaches people who look at no page: a push service of this spec's own reads what the server
// sends, as RFC 8291 says, and hands it to the real service worker.
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page, Worker } from "@playwright/test";
import { expect, test } from "../scenes.ts";
import { nothingUnread, unread } from "../screen.ts";

/** A push service with one browser. */
class PushService {
  readonly received: Buffer[] = [];
  private readonly key = createECDH("prime256v1");
  private readonly auth = randomBytes(16);
  private server: HttpServer | undefined;

  async start(): Promise<void> {
    this.key.generateKeys();
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        this.received.push(Buffer.concat(parts));
        response.writeHead(201).end();
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
  }

  stop(): void {
    this.server?.close();
  }

  /** What a browser says of its subscription. */
  get subscription() {
    const { port } = this.server?.address() as AddressInfo;
    return {
      endpoint: `http://127.0.0.1:${port}/send/1`,
      keys: { p256dh: this.key.getPublicKey("base64url"), auth: this.auth.toString("base64url") },
    };
  }

  /** What was said. */
  read(body: Buffer): string {
    const [salt, theirs, sealed] = [body.subarray(0, 16), body.subarray(21, 86), body.subarray(86)];
    const secret = this.key.computeSecret(theirs);
    const derive = (salt: Buffer, secret: Buffer, info: Buffer | string, length: number) =>
      Buffer.from(hkdfSync("sha256", secret, salt, info, length));
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.key.getPublicKey(), theirs]);
    const shared = derive(this.auth, secret, info, 32);
    const key = derive(salt, shared, "Content-Encoding: aes128gcm\0", 16);
    const nonce = derive(salt, shared, "Content-Encoding: nonce\0", 12);
    const decipher = createDecipheriv("aes-128-gcm", key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    return text.subarray(0, -1).toString();
  }
}

/** Has the browser subscribe at this service, which it could not reach by itself. */
async function at(context: BrowserContext, service: PushService): Promise<void> {
  await context.addInitScript((subscription) => {
    let subscribed: object | null = null;
    const said = { toJSON: () => subscription, unsubscribe: async () => !(subscribed = null) };
    // Not every browser without windows may show some.
    Object.defineProperty(Notification, "permission", { get: () => "granted" });
    Object.assign(PushManager.prototype, {
      subscribe: async () => (subscribed = said),
      getSubscription: async () => subscribed,
    });
  }, service.subscription);
}

/** Hands something to the service worker, as a browser does with what its push service has. */
async function deliver(page: Page, data: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find(({ isDeleted }) => !isDeleted);
      if (ours) resolve(ours.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const origin = new URL(page.url()).origin;
  const registrationId = await registered;
  await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
  await session.detach();
}

/** What the service worker has in place of a browser that shows something. */
interface Shown {
  /** How often something was shown. */
  told: number;
  /** How often pages said that something came. */
  raised: number;
  /** The paths of pages that somebody looks at. */
  looked: string[];
  shown: Map<string | undefined, object>;
}

/** Has the worker show notifications in a list of its own: not every browser without windows may show some, and in
 * those each page counts as looked at. */
async function showing(context: BrowserContext): Promise<Worker> {
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
  await worker.evaluate(() => {
    const { registration, clients } = self as unknown as {
      registration: ServiceWorkerRegistration;
      clients: { matchAll(of: object): Promise<{ url: string; navigate(to: string): Promise<unknown> }[]> };
    };
    const state: Shown = { told: 0, raised: 0, looked: [], shown: new Map() };
    Object.assign(self, { state });
    self.addEventListener("message", ({ data }) => {
      if (data?.raised) state.raised += 1;
    });
    Object.assign(registration, {
      showNotification: async (title: string, { tag, ...more }: NotificationOptions) => {
        state.told += 1;
        state.shown.set(tag, { title, tag, ...more, close: () => state.shown.delete(tag) });
      },
      getNotifications: async () => [...state.shown.values()],
    });
    const all = clients.matchAll.bind(clients);
    Object.defineProperty(clients, "matchAll", {
      value: async (of: object) => {
        const pages = await all(of);
        return pages.map((page) => {
          const focused = state.looked.includes(new URL(page.url).pathname);
          const visibilityState = focused ? "visible" : "hidden";
          return { url: page.url, focused, visibilityState, focus: async () => {}, navigate: (to: string) => page.navigate(to) };
        });
      },
    });
  });
  return worker;
}

/** How often something was shown, and how often pages said that something came. */
const counts = (worker: Worker) =>
  worker.evaluate(() => {
    const { told, raised } = (self as unknown as { state: Shown }).state;
    return { told, raised };
  });

/** From now on somebody looks at the pages with these paths. */
const lookAt = (worker: Worker, ...paths: string[]) =>
  worker.evaluate((paths) => {
    (self as unknown as { state: Shown }).state.looked = paths;
  }, paths);

/** Clicks at what is shown. */
const click = (worker: Worker) =>
  worker.evaluate(async () => {
    const [notification] = (self as unknown as { state: Shown }).state.shown.values();
    const event = new Event("notificationclick");
    const done = new Promise((resolve) => Object.assign(event, { notification, waitUntil: resolve }));
    self.dispatchEvent(event);
    await done;
  });

const shown = (worker: Worker) =>
  worker.evaluate(async () => {
    const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
    const notifications = await registration.getNotifications();
    return notifications.map(({ title, body, tag }) => ({ title, body, tag }));
  });

test("a device that was switched on shows what came while no page was open, until it is read", async ({
  pair: { ana, bo, board },
  room,
  say,
  server,
  visit,
}) => {
  const service = new PushService();
  await service.start();
  try {
    const general = await room(ana, board, "general");
    await at(bo.context, service);
    await bo.context.grantPermissions(["notifications"], { origin: server.url });
    const page = await visit(bo, "/accounts/");
    const device = page.getByRole("switch", { name: "Notify me on this device" });
    await expect(device).not.toBeChecked();
    await device.check();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await expect(async () => {
      await page.reload();
      await expect(device).toBeChecked({ timeout: 1_000 });
    }).toPass();

    // No page of Bo's is connected.
    await page.goto("about:blank");
    await say(ana, general, `Lunch, @${bo.username}?`);
    await expect.poll(() => service.received.length).toBe(1);
    const told = service.read(service.received[0]!);
    expect(JSON.parse(told)).toMatchObject({ title: "Ana mentioned you in general" });

    await visit(bo, "/accounts/");
    const worker = await showing(bo.context);
    await deliver(page, told);
    const body = `Lunch, @${bo.username}?`;
    await expect.poll(() => shown(worker)).toMatchObject([{ title: "Ana mentioned you in general", body }]);
    await deliver(page, told);
    await expect.poll(() => shown(worker)).toHaveLength(1);

    await visit(bo, general.url);
    await expect.poll(() => shown(worker), "what is read is shown no more").toEqual([]);

    await visit(bo, "/accounts/");
    await device.uncheck();
    await expect(async () => {
      await page.reload();
      await expect(device).not.toBeChecked({ timeout: 1_000 });
    }).toPass();
  } finally {
    service.stop();
  }
});

test("a browser that forbids it says what to do", async ({ person, visit }) => {
  const ana = await person("Ana");
  await ana.context.addInitScript(() => {
    Object.defineProperty(Notification, "permission", { get: () => "denied" });
  });
  const page = await visit(ana, "/accounts/");
  await expect(page.getByText("Your browser blocks notifications from here.")).toBeVisible();
  await expect(page.getByRole("switch")).toHaveCount(0);
});

/** A browser that may show notifications and can't be sent any, with all its pages in the background. */
async function inTheBackground(context: BrowserContext, url: string): Promise<void> {
  await context.grantPermissions(["notifications"], { origin: url });
  await context.addInitScript(() => {
    Reflect.deleteProperty(window, "PushManager");
    Object.defineProperty(Notification, "permission", { get: () => "granted" });
    Object.defineProperty(document, "hidden", { get: () => true });
  });
}

test.describe("a browser that can be sent nothing", () => {
  test("tells from a page in the background what comes, once for all its tabs, until it is read", async ({
    hydrated,
    pair: { ana, bo, board },
    post,
    room,
    say,
    server,
    visit,
  }) => {
    const [general, office] = [await room(ana, board, "general"), await room(ana, board, "office")];
    await inTheBackground(bo.context, server.url);
    const page = await visit(bo, "/accounts/");
    await expect(page.getByText("This browser can\u2019t notify you while no page is open.")).toBeVisible();
    await expect(page.getByRole("switch", { name: "Notify me from pages in the background" })).toBeChecked();
    await page.evaluate(() => navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready));
    const worker = await showing(bo.context);
    const other = await bo.context.newPage();
    await other.goto("/tasks/");
    await hydrated(other);
    for (const tab of [page, other]) await expect(nothingUnread(tab, "Inbox")).toBeVisible();

    // Of one's own act nothing is told.
    await say(bo, general, `I am @${bo.username}`);
    await say(ana, general, `Lunch, @${bo.username}?`);
    const lunch = { title: "Ana mentioned you in general", body: `Lunch, @${bo.username}?` };
    await expect.poll(() => shown(worker)).toMatchObject([lunch]);
    await expect.poll(() => counts(worker)).toEqual({ told: 1, raised: 2 });

    // Nor while one looks at another tab.
    await lookAt(worker, "/tasks/");
    await say(ana, office, `Here, @${bo.username}`);
    await expect.poll(() => counts(worker)).toEqual({ told: 1, raised: 4 });
    await lookAt(worker);
    await say(ana, general, `Now, @${bo.username}!`);
    await expect.poll(() => shown(worker)).toMatchObject([{ ...lunch, body: `Now, @${bo.username}!` }]);
    await expect.poll(() => counts(worker)).toEqual({ told: 2, raised: 6 });

    await post(bo, "/messaging/notifications/read-all/", {});
    await expect.poll(() => shown(worker), "what is read is shown no more").toEqual([]);
    const said = await say(ana, general, `Still, @${bo.username}?`);
    await expect.poll(() => shown(worker)).toHaveLength(1);
    await click(worker);
    const urls = () => bo.context.pages().map((tab) => tab.url());
    await expect.poll(urls).toContain(`${server.url}${general.url}#m${said}`);
  });

  test("tells nothing of what is not to be heard of, and nothing at all where that was stopped", async ({
    pair: { ana, bo, board },
    post,
    room,
    say,
    server,
    visit,
  }) => {
    const [general, office] = [await room(ana, board, "general"), await room(ana, board, "office")];
    await post(bo, `${office.url}level/`, { level: "nothing" });
    await inTheBackground(bo.context, server.url);
    const page = await visit(bo, "/accounts/");
    await page.evaluate(() => navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready));
    const worker = await showing(bo.context);
    await say(ana, office, `Quietly, @${bo.username}`);
    await say(ana, general, `Loudly, @${bo.username}`);
    await expect.poll(() => shown(worker)).toMatchObject([{ title: "Ana mentioned you in general" }]);
    await post(bo, "/messaging/notifications/read-all/", {});
    await expect.poll(() => shown(worker)).toEqual([]);

    const background = page.getByRole("switch", { name: "Notify me from pages in the background" });
    await background.uncheck();
    await say(ana, general, `Not now, @${bo.username}`);
    await expect(unread(page, "Inbox", 1)).toBeVisible();
    await page.reload();
    await expect(background).not.toBeChecked();
    await background.check();
    await say(ana, general, `Again, @${bo.username}`);
    await expect.poll(() => shown(worker)).toMatchObject([{ body: `Again, @${bo.username}` }]);
    expect(await counts(worker)).toEqual({ told: 2, raised: 2 });
  });
});
