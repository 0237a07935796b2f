// When nothing may reach somebody outside the page. With scripts and without.
import { expect, test } from "../scenes.ts";

test.use({ expectedConsole: /status of 422/ });

test("quiet hours are set on the account page, and a wrong time is said at its field", async ({
  person,
  visit,
}) => {
  const page = await visit(await person("Ana"), "/accounts/");
  const [quiet, from] = [page.getByLabel("Quiet hours"), page.getByLabel("From", { exact: true })];
  await expect(quiet).not.toBeChecked();
  await quiet.check();
  await from.fill("21:15");
  await page.getByLabel("Until", { exact: true }).fill("06:45");
  await page.getByLabel("Sat").uncheck();
  await page.getByLabel("Time zone").fill("Europe/Lisbon");
  await page.getByRole("button", { name: "Set the hours" }).click();
  await expect(page).toHaveURL("/accounts/");
  await expect(quiet).toBeChecked();
  await expect(from).toHaveValue("21:15");
  await expect(page.getByLabel("Sat")).not.toBeChecked();
  await expect(page.getByLabel("Sun")).toBeChecked();

  await page.getByLabel("Time zone").fill("Nowhere/Land");
  await page.getByRole("button", { name: "Set the hours" }).click();
  await expect(page.getByText("There is no such time zone.")).toBeVisible();
  await expect(page.getByLabel("Time zone")).toHaveValue("Nowhere/Land");
  await expect(page.getByLabel("Sat")).not.toBeChecked();
});

test("reminders are set on the account page, and without a mail server nothing is said of mail", async ({
  person,
  visit,
}) => {
  const page = await visit(await person("Ana"), "/accounts/");
  await expect(page.getByRole("heading", { name: "Reminders" })).toBeVisible();
  await expect(page.getByText("Mail me")).toHaveCount(0);
  await expect(page.getByLabel("The day before, at nine")).toBeChecked();
  await page.getByLabel("On the day, at nine").check();
  await page.getByLabel("Where you are").fill("Asia/Dubai");
  await page.getByRole("button", { name: "Set what I hear of" }).click();
  await expect(page).toHaveURL("/accounts/");
  await expect(page.getByLabel("On the day, at nine")).toBeChecked();
  await expect(page.getByLabel("Where you are")).toHaveValue("Asia/Dubai");
  await page.getByLabel("Where you are").fill("Nowhere/Land");
  await page.getByLabel("Not at all").check();
  await page.getByRole("button", { name: "Set what I hear of" }).click();
  await expect(page.getByText("There is no such time zone.")).toBeVisible();
  await expect(page.getByLabel("Not at all")).toBeChecked();
});
