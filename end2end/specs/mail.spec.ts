// What is mailed: only to who has said that the address is theirs, until they say so. With scripts and without.
import { expect, test } from "../fixtures.ts";
import { Sink } from "../mail.ts";
import { Server } from "../server.ts";

const ADDRESS = "ana@example.com";
const PASSWORD = "correct horse battery";

test("who says that an address is theirs gets mail there, and a link ends it", async ({ page, newContext, hydrated, playwright }) => {
  const sink = await Sink.start();
  const server = await Server.with({
    SMTP_URL: sink.url,
    MAIL_FROM: "Boardwalk <boardwalk@example.com>",
    BOARDWALK_MAIL_TRIAL: "true",
  });
  const api = async (username: string) => {
    const context = await playwright.request.newContext({ baseURL: server.url });
    const headers = { accept: "application/json" };
    const post = async (path: string, form: Record<string, string>) => {
      const answer = await context.post(path, { form, headers });
      expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
      return answer.json();
    };
    await post("/accounts/signup/", { username, password: PASSWORD });
    return { post, dispose: () => context.dispose() };
  };
  try {
    await page.goto(`${server.url}/accounts/signup/`);
    await hydrated(page);
    await page.getByLabel("Username").fill("ana");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Make the account" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Welcome to Boardwalk");
    const account = `${server.url}/accounts/`;
    await page.goto(account);
    await hydrated(page);
    await expect(page.getByText("With an e-mail address above")).toBeVisible();
    await page.getByLabel("E-mail").fill(ADDRESS);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByLabel("As it gathers").check();
    await page.getByRole("button", { name: "Set what I hear of" }).click();
    await expect(page.getByText("Follow the link that was mailed to this address")).toBeVisible();

    await expect.poll(() => sink.link(ADDRESS, "/mail/confirm/")).toBeDefined();
    // On another device, where nobody is signed in.
    const elsewhere = await (await newContext()).newPage();
    await elsewhere.goto(sink.link(ADDRESS, "/mail/confirm/")!);
    await hydrated(elsewhere);
    await expect(elsewhere.getByText(ADDRESS)).toBeVisible();
    await elsewhere.getByRole("button", { name: "Yes, it is mine" }).click();
    await expect(elsewhere.getByRole("heading", { level: 1 })).toHaveText("This address is yours");
    await page.goto(account);
    await expect(page.getByText(`Mail goes to ${ADDRESS}`)).toBeVisible();
    await expect(page.getByLabel("As it gathers")).toBeChecked();

    const bo = await api("bo");
    const { id } = await bo.post("/boards/", { name: "Garden" });
    await bo.post(`/boards/${id}/members/`, { username: "ana", role: "member" });
    await expect.poll(() => sink.link(ADDRESS, "/mail/stop/")).toBeDefined();
    await bo.dispose();
    await elsewhere.goto(sink.link(ADDRESS, "/mail/stop/")!);
    await hydrated(elsewhere);
    await elsewhere.getByRole("button", { name: "Stop these mails" }).click();
    await expect(elsewhere.getByRole("heading", { level: 1 })).toHaveText("You get no more mail");
    await page.goto(account);
    await expect(page.getByLabel("Never")).toBeChecked();

    await elsewhere.goto(`${server.url}/mail/stop/0123/`);
    await expect(elsewhere.getByRole("heading", { level: 1 })).toHaveText("This link is over");
    await elsewhere.close();
  } finally {
    await page.close();
    await server.stop();
    sink.stop();
  }
});
