// Accessible to everybody: axe finds nothing, and the keyboard is enough.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { Server } from "../server.ts";
import { furnish, viewer } from "../tour.ts";

/** The least height of what is pressed, in pixels. */
const TARGET = 32;

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test(`axe finds nothing on any page: ${theme}, ${width} px`, async ({ javaScriptEnabled, page, person, board, room, post, hydrated }) => {
      test.skip(!javaScriptEnabled, "axe is a script");
      test.slow();
      const { ana, stops } = await furnish({ person, board, room, post });
      for (const seen of [ana.page, page]) {
        await seen.setViewportSize({ width, height: 900 });
        await seen.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      }
      for (const stop of stops) {
        const seen = viewer(stop, ana.page, page);
        await seen.goto(stop.url);
        await hydrated(seen);
        expect.soft(await complaints(seen), stop.url).toEqual([]);
      }
      await ana.page.goto(stops[2].url);
      await hydrated(ana.page);
      if (width < 640) {
        await ana.page.getByRole("button", { name: "Boards and rooms" }).click();
        await expect(ana.page.getByRole("link", { name: "Inbox" }).last()).toBeVisible();
        expect.soft(await complaints(ana.page), "the drawer").toEqual([]);
      }
    });
  }
}

test("everything that is pressed is large enough for a finger", async ({ page, person, board, room, post, hydrated }) => {
  test.slow();
  const { ana, stops } = await furnish({ person, board, room, post });
  for (const stop of stops) {
    const seen = viewer(stop, ana.page, page);
    await seen.setViewportSize({ width: 390, height: 900 });
    await seen.goto(stop.url);
    await hydrated(seen);
    expect.soft(await seen.evaluate(tooSmall, TARGET), stop.url).toEqual([]);
  }
});

test("the first thing that the Tab key finds leads to the page itself", async ({ person, hydrated }) => {
  const { page } = await person("Ana");
  await page.goto("/messaging/");
  await hydrated(page);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the page" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Name")).toBeFocused();
});

test("the Tab key goes through the page in its order, and one sees where it is", async ({ page, person, board, room, post, hydrated }) => {
  test.slow();
  const { ana, stops } = await furnish({ person, board, room, post });
  for (const stop of stops) {
    await test.step(stop.url, async () => {
      const seen = viewer(stop, ana.page, page);
      await seen.goto(stop.url);
      await hydrated(seen);
      let last = -1;
      for (let presses = 0; presses < 60; presses += 1) {
        await seen.keyboard.press("Tab");
        const focus = await seen.evaluate(focused);
        if (!focus || focus.place <= last) break;
        expect.soft(focus.marked, `${stop.url}: the focus is seen on ${focus.tag}`).toBe(true);
        last = focus.place;
      }
      expect.soft(last, `${stop.url}: something has the focus`).toBeGreaterThan(0);
    });
  }
});

test("a task opened from its card takes the focus, and Escape gives it back", async ({ javaScriptEnabled, person, board, post, hydrated }) => {
  test.skip(!javaScriptEnabled, "a link alone leads there and back");
  const ana = await person("Ana");
  const own = await board(ana);
  await post(ana, `/boards/${own.id}/tasks/`, { title: "Paint the railing" });
  const { page } = ana;
  await page.goto(own.url);
  await hydrated(page);
  const card = page.getByRole("link", { name: "Paint the railing" });
  await card.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Task" })).toBeFocused();
  await expect(page.getByRole("heading", { name: "#1 Paint the railing" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(own.url);
  await expect(card).toBeFocused();
});

test("Escape closes the drawer and the members, and the focus goes back", async ({ person, board, room, hydrated }) => {
  const ana = await person("Ana");
  const general = await room(ana, await board(ana), "General");
  const { page } = ana;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(general.url);
  await hydrated(page);
  const inDrawer = page.getByRole("navigation").getByRole("link", { name: "Inbox" });
  const close = page.getByRole("button", { name: "Close" });
  for (const [name, inside] of [["Boards and rooms", inDrawer], [/show the members/, close]] as const) {
    const opener = page.getByRole("button", { name });
    await expect(inside).toBeHidden();
    await opener.focus();
    await page.keyboard.press("Enter");
    await expect(inside).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(inside).toBeHidden();
    await expect(opener).toBeFocused();
  }
});

for (const width of [1440, 390]) {
  test(`axe finds nothing in what floats above a message, at ${width} px`, async ({ javaScriptEnabled, person, board, room, post, hydrated }) => {
    test.skip(!javaScriptEnabled, "nothing floats without script");
    const { ana, general } = await furnish({ person, board, room, post });
    const { page } = ana;
    await page.setViewportSize({ width, height: 900 });
    await page.goto(general.url);
    await hydrated(page);
    const message = page.getByRole("log").getByRole("listitem").filter({ hasText: "Blue for the whole railing" }).first();
    await message.hover();
    expect.soft(await complaints(page), "the toolbar").toEqual([]);
    await message.getByRole("button", { name: "More…" }).click();
    await expect(page.getByRole("button", { name: "Copy link" })).toBeVisible();
    expect.soft(await complaints(page), "the menu").toEqual([]);
    expect.soft(await page.evaluate(tooSmall, TARGET), "the menu").toEqual([]);
    await page.getByRole("button", { name: "What it said before" }).click();
    await expect(page.locator(".version")).toHaveCount(2);
    expect.soft(await complaints(page), "the history").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Emoji", exact: true }).click();
    await page.getByLabel("Search for an emoji").fill("smile");
    await expect(page.locator("#emoji-chosen")).toBeVisible();
    expect.soft(await complaints(page), "the picker").toEqual([]);
  });
}

test.describe("what is nowhere or refused", () => {
  test.use({ expectedConsole: /status of 4\d\d/ });

  for (const theme of ["light", "dark"] as const) {
    test(`axe finds nothing where it is said, nor where the first person comes: ${theme}`, async ({ javaScriptEnabled, page, person, board }) => {
      test.skip(!javaScriptEnabled, "axe is a script");
      const ana = await person("Ana");
      const own = await board(ana);
      for (const seen of [ana.page, page]) await seen.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await ana.page.goto("/nowhere/");
      expect.soft(await complaints(ana.page), "nowhere").toEqual([]);
      await ana.page.goto("/invite/no-such/");
      expect.soft(await complaints(ana.page), "an invitation that is over").toEqual([]);
      await page.goto("/nowhere/");
      expect.soft(await complaints(page), "nowhere, for a stranger").toEqual([]);
      // A form that is refused as without script: the page with what was typed.
      await ana.page.evaluate((action) => {
        const form = Object.assign(document.createElement("form"), { method: "post", action });
        document.body.append(form);
        form.submit();
      }, `${own.url}rename/`);
      await expect(ana.page.getByText("This can't be empty.")).toBeVisible();
      expect.soft(await complaints(ana.page), "a form that was refused").toEqual([]);
      const empty = await Server.start();
      await page.goto(`${empty.url}/`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Welcome to your Boardwalk");
      expect.soft(await complaints(page), "the first person's").toEqual([]);
      await page.goto("about:blank");
      await empty.stop();
    });
  }
});

/** What axe finds, in short. */
async function complaints(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 160)} ${any.map(({ message }) => message).join("; ")}`),
  );
}

/** Runs in the page: what is pressed and lower than this, but for links in running text. */
function tooSmall(least: number): string[] {
  const pressed = document.querySelectorAll<HTMLElement>("a, button, summary, select, input:not([type=hidden]), textarea");
  return [...pressed]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .filter((element) => !element.matches("p a, .prose *, .skip-link, [aria-hidden=true][tabindex='-1']"))
    .filter((element) => {
      const target = element.matches("[type=checkbox], [type=radio]") ? element.closest("label") : element;
      const height = target?.getBoundingClientRect().height ?? 0;
      return height > 0 && height < least;
    })
    .map((element) => `${Math.round(element.getBoundingClientRect().height)} px: ${element.outerHTML.slice(0, 120)}`);
}

/** Runs in the page: what has the focus, its place in the document, and whether one sees it. */
function focused(): { tag: string; place: number; marked: boolean } | null {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const marks = (target: Element | null) => {
    if (!target) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(target);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none";
  };
  return {
    tag: element.outerHTML.slice(0, 120),
    place: [...document.querySelectorAll("*")].indexOf(element),
    marked: marks(element) || marks(element.parentElement),
  };
}
