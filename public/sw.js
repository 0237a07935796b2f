// Shows what the server sends, or a page in the background says, while nobody looks at a page, and leads to it. It fetches nothing
// for pages and keeps nothing: what pages need offline, they keep themselves.
"use strict";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(told(event.data)));

async function told(data) {
  let what = {};
  try {
    what = data ? data.json() : {};
  } catch {
    // Not of ours; a browser wants something to be shown all the same.
  }
  await show(what, Date.now(), true);
}

// One for each row of the inbox: what is newer takes the place of what was there, aloud or not.
async function show(what, aloudAt, renotify) {
  const { id, title = "Something new", body = "", url = "/messaging/notifications/" } = what;
  await self.registration.showNotification(title, {
    body,
    data: { id, url, aloudAt },
    icon: "/favicon.svg",
    tag: tagOf(id),
    renotify,
  });
  await tidy();
}

const tagOf = (id) => `n${id ?? ""}`;

// Pages say so when something was read, wherever that was, and when something came while they were in the background.
self.addEventListener("message", (event) => {
  const { data } = event;
  if (data === "read") event.waitUntil(tidy());
  else if (data?.raised) event.waitUntil(raised(data));
});

// When what was told of a row was raised: each tab says so, and the first is enough.
const taken = new Map();

// Tells a row of the inbox, unless somebody looks at a page; whether it may disturb them, the server says.
async function raised({ raised: id, at, calm }) {
  if (taken.get(id) >= at) return;
  taken.set(id, at);
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.some((page) => page.focused || page.visibilityState === "visible")) return;
  let notice;
  try {
    const answer = await fetch(`/messaging/notifications/${id}/notice/`, { headers: { Accept: "application/json" } });
    if (answer.ok) ({ notice } = await answer.json());
  } catch {
    // No server now: the inbox has it.
  }
  if (!notice) return;
  const before = (await self.registration.getNotifications()).find(({ tag }) => tag === tagOf(id));
  // A thread in which much is said is no alarm clock.
  const aloudAt = before?.data?.aloudAt ?? 0;
  const aloud = Date.now() - aloudAt >= calm;
  await show(notice, aloud ? Date.now() : aloudAt, aloud);
}

// Closes what has been read meanwhile, or is gone from the inbox.
async function tidy() {
  const shown = await self.registration.getNotifications();
  const ours = shown.filter(({ data }) => data?.id);
  if (ours.length === 0) return;
  let rows;
  try {
    const answer = await fetch("/messaging/notifications/", { headers: { Accept: "application/json" } });
    if (answer.status === 401) rows = [];
    else if (answer.ok) rows = (await answer.json()).notifications;
  } catch {
    // No server now; the next time.
  }
  if (!rows) return;
  const unread = new Set(rows.filter((row) => !row.is_read).map((row) => row.id));
  const known = new Set(rows.map((row) => row.id));
  for (const notification of ours) {
    const { id } = notification.data;
    // One that is further down than the first page may be unread.
    const gone = rows.length < 50 || known.has(id);
    if (gone && !unread.has(id)) notification.close();
  }
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? "/messaging/notifications/"));
});

// Opens the place: where a page is open already that is there, or else in the one used last.
async function open(path) {
  const url = new URL(path, self.location.origin);
  // Never anywhere else, whatever was sent.
  if (url.origin !== self.location.origin) return;
  const pages = await self.clients.matchAll({ type: "window" });
  const there = pages.find((page) => new URL(page.url).pathname === url.pathname);
  if (there && !url.hash) return there.focus();
  const page = there ?? pages[0];
  if (page) {
    try {
      await page.focus();
      await page.navigate(url.href);
      return;
    } catch {
      // It went away meanwhile.
    }
  }
  await self.clients.openWindow(url.href);
}
