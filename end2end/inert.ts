// What a page must not have become, whatever texts it shows.
import { expect, type Page } from "@playwright/test";

/** Checks that nothing on the page came alive from a text. */
export async function expectInert(page: Page, where: string): Promise<void> {
  expect(await page.evaluate(faults, undefined), where).toEqual([]);
}

/** So many documents at once: they go to the browser in one message. */
const TOGETHER = 20;

/** Checks documents as the server sends them, parsed on some page many at once, which is quicker. */
export async function expectInertDocuments(page: Page, documents: string[]): Promise<void> {
  for (let from = 0; from < documents.length; from += TOGETHER) {
    expect(await page.evaluate(faults, documents.slice(from, from + TOGETHER))).toEqual([]);
  }
}

/** Runs in the page: what is there, or in these documents, and should not be. */
function faults(documents?: string[]): string[] {
  const parse = (html: string) => new DOMParser().parseFromString(html, "text/html");
  return documents ? documents.flatMap((html) => faultsOf(parse(html))) : faultsOf(document);

  function faultsOf(root: Document): string[] {
    const found: string[] = [];
    if ("__pwned" in window) found.push("a text's script has run");
    const never = [
      "iframe, frame, frameset, object, embed, applet, base, style, video, audio, picture, source, img",
      "math, marquee, dialog, template, noscript, [http-equiv], [srcdoc], [style], [formaction], [autofocus]",
      "body link, body meta, body title, svg:not(.icon), svg :is(script, a, style), form:not([method=post], #days, #filter[method=get][role=search], .search-form[method=get][role=search][action='/search/'], .palette-open[action='/search/'])",
      ".prose :is(form, button, select, textarea, script, svg), .prose [id], .prose [name]",
    ];
    for (const element of root.querySelectorAll(never.join(", "))) {
      found.push(`an element: ${element.outerHTML.slice(0, 120)}`);
    }
    for (const script of root.scripts) {
      if (!script.nonce) found.push(`a script that isn't ours: ${script.outerHTML.slice(0, 120)}`);
    }
    for (const element of root.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        const link = ["href", "src", "action", "xlink:href"].includes(name);
        const runs = link && !["http:", "https:", "mailto:"].includes(new URL(value, location.href).protocol);
        if (runs || name.startsWith("on")) found.push(`what runs: ${element.outerHTML.slice(0, 120)}`);
      }
    }
    return found;
  }
}
