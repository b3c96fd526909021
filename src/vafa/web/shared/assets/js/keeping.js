// What every service worker of ours does: keeps a face's files and one page of it for a time without
// a line. The server writes KEEPS (every file, each with a hash in its name) and PAGE before it.

// What a proxy says when the server behind it is gone.
const GONE = new Set([502, 503, 504]);

// Keeps them under `prefix`; a page that is not there within `patience` milliseconds is the kept one.
// Gives the function that drops what was kept before.
export function keep(prefix, patience) {
  const files = `${prefix} ${self.KEEPS.map((file) => file.split("/").pop()).join(" ")}`;

  addEventListener("install", (event) => {
    event.waitUntil(caches.open(files).then((cache) => cache.addAll(self.KEEPS)));
    skipWaiting();
  });

  addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== location.origin) return;
    if (url.pathname.startsWith("/static/")) event.respondWith(keptFile(request));
    else if (request.mode === "navigate") event.respondWith(pageOrKept(request, patience));
  });

  return async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(`${prefix} `) && name !== files);
    await Promise.all(old.map((name) => caches.delete(name)));
  };
}

async function keptFile(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function pageOrKept(request, patience) {
  const late = new Promise((done) => setTimeout(done, patience, null));
  const answer = await Promise.race([fetch(request).catch(() => null), late]);
  if (answer && !GONE.has(answer.status)) return answer;
  return (await caches.match(self.PAGE, { ignoreVary: true })) ?? answer ?? Response.error();
}
