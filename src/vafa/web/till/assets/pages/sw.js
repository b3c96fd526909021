// Keeps the till's files and its page for a time without a line. The server writes KEEPS (every
// file, each with a hash in its name) and PAGE before this.
const FILES = `vafa-till ${self.KEEPS.map((file) => file.split("/").pop()).join(" ")}`;
const PATIENCE_MS = 8000;
// What a proxy says when the server behind it is gone.
const GONE = new Set([502, 503, 504]);

addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(self.KEEPS)));
  skipWaiting();
});

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

// The kept page is a fresh one: files of an older one are not needed any more.
addEventListener("message", (event) => {
  if (event.data !== "page-is-fresh") return;
  event.waitUntil(
    caches.keys().then((names) =>
      Promise.all(
        names
          .filter((name) => name.startsWith("vafa-till ") && name !== FILES)
          .map((name) => caches.delete(name)),
      ),
    ),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(keptFile(request));
  else if (request.mode === "navigate") event.respondWith(pageOrKept(request));
});

async function keptFile(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function pageOrKept(request) {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, null));
  const answer = await Promise.race([fetch(request).catch(() => null), late]);
  if (answer && !GONE.has(answer.status)) return answer;
  return (await caches.match(self.PAGE, { ignoreVary: true })) ?? answer ?? Response.error();
}
