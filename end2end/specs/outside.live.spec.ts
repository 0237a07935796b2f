// What reaches people who look at no page: a push service of this spec's own reads what the server
// sends, as RFC 8291 says, and hands it to the real service worker.
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page, Worker } from "@playwright/test";
import { expect, test } from "../scenes.ts";

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

/** Has the worker show notifications in a list of its own: not every browser without windows may show some. */
async function showing(context: BrowserContext): Promise<Worker> {
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
  await worker.evaluate(() => {
    const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
    const shown = new Map<string | undefined, object>();
    Object.assign(registration, {
      showNotification: async (title: string, { tag, ...more }: NotificationOptions) => {
        shown.set(tag, { title, tag, ...more, close: () => shown.delete(tag) });
      },
      getNotifications: async () => [...shown.values()],
    });
  });
  return worker;
}

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
