// Light and dark.
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";

const LIGHT = "rgb(255, 255, 255)";
const DARK = "rgb(20, 25, 27)";

test("the theme follows the system", async ({ page }) => {
  await page.goto("/accounts/login/");
  await page.emulateMedia({ colorScheme: "light" });
  expect(await background(page)).toBe(LIGHT);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await background(page)).toBe(DARK);
});

test("a theme that was chosen stays, on every page and after signing out", async ({ person, hydrated }) => {
  const { page } = await person("Ana");
  await page.emulateMedia({ colorScheme: "light" });
  const choose = async (theme: string) => {
    await page.goto("/accounts/");
    await hydrated(page);
    await page.getByLabel(theme, { exact: true }).check();
    await page.getByRole("button", { name: "Use it" }).click();
    await expect(page).toHaveURL("/accounts/");
    await expect(page.getByLabel(theme, { exact: true })).toBeChecked();
  };

  await choose("Dark");
  expect(await background(page)).toBe(DARK);
  await page.goto("/messaging/");
  await hydrated(page);
  expect(await background(page)).toBe(DARK);
  await page.reload();
  expect(await background(page)).toBe(DARK);

  await page.emulateMedia({ colorScheme: "dark" });
  await choose("Light");
  expect(await background(page)).toBe(LIGHT);

  await choose("As my system is");
  expect(await background(page)).toBe(DARK);

  await choose("Light");
  await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page).toHaveURL("/accounts/login/");
  expect(await background(page)).toBe(LIGHT);
});

function background(page: Page): Promise<string> {
  return page.evaluate(() => {
    const colour = (element: Element) => getComputedStyle(element).backgroundColor;
    const own = colour(document.body);
    return own === "rgba(0, 0, 0, 0)" ? colour(document.documentElement) : own;
  });
}
