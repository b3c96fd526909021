// Keeps the portal's files, and the page that shows the member's card while there is no line. The
// server writes KEEPS (every file, each with a hash in its name) and PAGE before this.
const FILES = `vafa-portal ${self.KEEPS.map((file) => file.split("/").pop()).join(" ")}`;
// A phone in a shop's cellar: better the card at once than a page in a minute.
const PATIENCE_MS = 6000;
const GONE = new Set([502, 503, 504]);

addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(self.KEEPS)));
  skipWaiting();
});

addEventListener("activate", (event) => event.waitUntil(forgetOlder().then(() => clients.claim())));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(keptFile(request));
  else if (request.mode === "navigate") event.respondWith(pageOrCard(request));
});

async function forgetOlder() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("vafa-portal ") && name !== FILES);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function keptFile(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function pageOrCard(request) {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, null));
  const answer = await Promise.race([fetch(request).catch(() => null), late]);
  if (answer && !GONE.has(answer.status)) return answer;
  return (await caches.match(self.PAGE, { ignoreVary: true })) ?? answer ?? Response.error();
}
