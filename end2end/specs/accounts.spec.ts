// Signing up, in and out; the account; sessions.
import type { Page } from "@playwright/test";
import { expect, type Person, test } from "../fixtures.ts";
import { Server } from "../server.ts";

test("the first person runs the place and finds a board that explains itself", async ({ page, hydrated }) => {
  const server = await Server.start();
  try {
    await page.goto(`${server.url}/`);
    await expect(page).toHaveURL(`${server.url}/accounts/signup/`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Welcome to your Boardwalk");
    await hydrated(page);
    await page.getByLabel("Username").fill("ana");
    await page.getByLabel("Password").fill("correct horse battery");
    await page.getByRole("button", { name: "Make the account" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Welcome to Boardwalk");
    await hydrated(page);
    await page.getByRole("main").getByRole("link", { name: "Bring your team in" }).click();
    await expect(page.getByRole("main")).toContainText("send it to them");
    await page.goto(`${server.url}/accounts/`);
    await expect(page.getByText("you run this place")).toBeVisible();
  } finally {
    await page.close();
    await server.stop();
  }
});

test("somebody makes an account and is signed in", async ({ page, hydrated }, { project }) => {
  await page.goto("/accounts/signup/");
  await hydrated(page);
  await page.getByLabel("Username").fill(`new.person-${project.name.length}`);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByLabel("Your name").fill("Néw Person");
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page).toHaveURL("/messaging/");
  await page.goto("/accounts/");
  await expect(page.getByText(`@new.person-${project.name.length}`)).toBeVisible();
  await expect(page.getByLabel("Your name")).toHaveValue("Néw Person");
  await expect(page.getByText("you run this place")).toHaveCount(0);
});

test("signing in leads to where one wanted to go", async ({ page, person, board, hydrated }) => {
  const ana = await person("Ana");
  const { url } = await board(ana);
  await page.goto(`/accounts/login/?next=${url}members/`);
  await signIn(page, ana, hydrated);
  await expect(page).toHaveURL(`${url}members/`);
});

test("signing up from there leads there too", async ({ page, hydrated }, { project }) => {
  await page.goto("/accounts/login/?next=/messaging/notifications/");
  await hydrated(page);
  await page.getByRole("link", { name: "Make an account" }).click();
  await hydrated(page);
  await page.getByLabel("Username").fill(`from-there-${project.name.length}`);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page).toHaveURL("/messaging/notifications/");
});

for (const next of ["https://example.com/", "//example.com/", "/\\example.com/", "javascript:alert(1)"]) {
  test(`signing in never leads away: ${next}`, async ({ page, person, hydrated }) => {
    const ana = await person("Ana");
    await page.goto(`/accounts/login/?next=${encodeURIComponent(next)}`);
    await signIn(page, ana, hydrated);
    await expect(page).toHaveURL("/messaging/");
  });
}

test("who is signed in needs no door", async ({ person }) => {
  const { page } = await person("Ana");
  for (const door of ["/", "/accounts/login/", "/accounts/signup/"]) {
    await page.goto(door);
    await expect(page).toHaveURL("/messaging/");
  }
});

test("signing out ends it", async ({ person, hydrated }) => {
  const { page } = await person("Ana");
  await page.goto("/messaging/");
  await hydrated(page);
  await page.getByRole("navigation").getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/accounts/login/");
  await page.goto("/messaging/");
  await expect(page).toHaveURL("/accounts/login/?next=/messaging/");
});

test.describe("refused", () => {
  test.use({ expectedConsole: /status of (401|422)/ });

  test("a wrong name and a wrong password get the same words, and the name stays", async ({ page, person, hydrated }) => {
    const ana = await person("Ana");
    for (const username of [ana.username, "nobody-of-this-name"]) {
      await page.goto("/accounts/login/");
      await hydrated(page);
      await page.getByLabel("Username").fill(username);
      await page.getByLabel("Password").fill("not my password");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("alert")).toHaveText("That name and password don't match.");
      await expect(page.getByLabel("Username")).toHaveValue(username);
      await expect(page.getByLabel("Password")).toHaveValue("");
    }
    await page.getByLabel("Username").fill(ana.username);
    await page.getByLabel("Password").fill(ana.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL("/messaging/");
  });

  test("a wish to go somewhere outlives a wrong password", async ({ page, person, hydrated }) => {
    const ana = await person("Ana");
    await page.goto("/accounts/login/?next=/messaging/notifications/");
    await signIn(page, { ...ana, password: "not my password" }, hydrated);
    await expect(page.getByRole("alert")).toBeVisible();
    await page.getByLabel("Password").fill(ana.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL("/messaging/notifications/");
  });

  test("what can't be an account is said at its field, and what was typed stays", async ({ page, person, hydrated }) => {
    const ana = await person("Ana");
    const tries = [
      { username: ana.username.toUpperCase(), password: ana.password, label: "Username", says: "has this username already" },
      { username: "here", password: ana.password, label: "Username", says: "group of people" },
      { username: "a b", password: ana.password, label: "Username", says: "letters a to z" },
      { username: "fresh.name", password: "short", label: "Password", says: "8" },
      { username: "fresh.name", password: "password", label: "Password", says: "Many people use this password" },
    ];
    for (const { username, password, label, says } of tries) {
      await page.goto("/accounts/signup/");
      await hydrated(page);
      await page.getByLabel("Username").fill(username);
      await page.getByLabel("Password").fill(password);
      await page.getByLabel("Your name").fill("Ana <Two>");
      await page.getByRole("button", { name: "Make the account" }).click();
      await expect(page.getByLabel(label)).toHaveAttribute("aria-invalid", "true");
      await expect(page.getByLabel(label)).toHaveAccessibleDescription(new RegExp(says));
      await expect(page.getByLabel("Username")).toHaveValue(username);
      await expect(page.getByLabel("Your name")).toHaveValue("Ana <Two>");
    }
  });

  test("the password changes only with the one until now", async ({ person, hydrated }) => {
    const { page } = await person("Ana");
    await page.goto("/accounts/");
    await hydrated(page);
    await changePassword(page, "not my password", "a new password entirely");
    await expect(page.getByLabel("Password until now")).toHaveAccessibleDescription("This is not your password now.");
  });
});

test("a new password ends the other sessions, and only it signs in", async ({ javaScriptEnabled, newContext, person, hydrated }) => {
  const ana = await person("Ana");
  const other = await (await newContext()).newPage();
  await other.goto("/accounts/login/");
  await signIn(other, ana, hydrated);
  await expect(other).toHaveURL("/messaging/");

  await ana.page.goto("/accounts/");
  await hydrated(ana.page);
  await changePassword(ana.page, ana.password, "a new password entirely");
  await expect(ana.page).toHaveURL("/accounts/");
  await expect(ana.page.getByText("this browser", { exact: true })).toBeVisible();
  await expect(ana.page.getByRole("listitem").filter({ hasText: "signed in" })).toHaveCount(1);

  await expectSignedOut(other, javaScriptEnabled);
  await signIn(other, { ...ana, password: "a new password entirely" }, hydrated);
  await expect(other).toHaveURL("/messaging/");
});

test("a display name changes everywhere", async ({ person, board, room, post, hydrated }) => {
  const ana = await person("Ana");
  const general = await room(ana, await board(ana), "General");
  await post(ana, `${general.url}send/`, { content: "Hello" });
  await ana.page.goto("/accounts/");
  await hydrated(ana.page);
  await ana.page.getByLabel("Your name").fill("Ana Lindqvist");
  await ana.page.getByRole("button", { name: "Save" }).click();
  await expect(ana.page.getByLabel("Your name")).toHaveValue("Ana Lindqvist");
  await expect(ana.page.getByRole("navigation")).toContainText("Ana Lindqvist");
  await ana.page.goto(general.url);
  await expect(ana.page.getByRole("log")).toContainText("Ana Lindqvist");
});

test("one session can be ended from another", async ({ javaScriptEnabled, newContext, person, hydrated }) => {
  const ana = await person("Ana");
  const other = await (await newContext()).newPage();
  await other.goto("/accounts/login/");
  await signIn(other, ana, hydrated);
  await expect(other).toHaveURL("/messaging/");

  await ana.page.goto("/accounts/");
  await hydrated(ana.page);
  const sessions = ana.page.getByRole("listitem").filter({ hasText: "signed in" });
  await expect(sessions).toHaveCount(2);
  await sessions.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(sessions).toHaveCount(1);
  await expect(sessions).toContainText("this browser");
  await expectSignedOut(other, javaScriptEnabled);
});

test("signing out everywhere ends every session", async ({ javaScriptEnabled, newContext, person, hydrated }) => {
  const ana = await person("Ana");
  const other = await (await newContext()).newPage();
  await other.goto("/accounts/login/");
  await signIn(other, ana, hydrated);
  await expect(other).toHaveURL("/messaging/");

  await ana.page.goto("/accounts/");
  await hydrated(ana.page);
  await ana.page.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(ana.page).toHaveURL("/accounts/login/");
  await expectSignedOut(other, javaScriptEnabled);
  for (const page of [ana.page, other]) {
    await page.goto("/messaging/");
    await expect(page).toHaveURL(/accounts\/login/);
  }
});

/** A page whose session has ended leads to the door: with scripts by itself, which no step of ours may cross. */
async function expectSignedOut(page: Page, javaScriptEnabled: boolean) {
  if (!javaScriptEnabled) await page.goto("/messaging/");
  await expect(page).toHaveURL(/accounts\/login/);
}

async function signIn(page: Page, person: Person, hydrated: (page: Page) => Promise<void>) {
  await hydrated(page);
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function changePassword(page: Page, old: string, fresh: string) {
  await page.getByLabel("Password until now").fill(old);
  await page.getByLabel("New password").fill(fresh);
  await page.getByRole("button", { name: "Change the password" }).click();
}
