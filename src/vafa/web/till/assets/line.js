// The line of the till: what is kept for a time without it, and what happens when it is back.
import { isAlive, lineIsBack, lineIsDown, send, showBand, tryElsewhere, waiting } from "./sending.js";
import { forgetSnapshot, refresh } from "./snapshot.js";
import { kept } from "./store.js";

const REFRESH_MS = 15 * 60_000;
const LOOK_MS = 5_000;
const PAGES = "vafa-till-page";
const config = () => document.getElementById("till-line").dataset;
let looking = false;

// Browsers keep things for pages of a secure origin only; elsewhere the till needs its line.
export const canGoOn = () => Boolean(window.isSecureContext && navigator.serviceWorker && window.caches);

async function keepPage() {
  const answer = await fetch(config().page, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  await (await caches.open(PAGES)).put(config().page, answer);
  navigator.serviceWorker.controller?.postMessage("page-is-fresh");
}

async function forgetAll() {
  await forgetSnapshot();
  await caches.delete(PAGES);
}

async function refreshAll() {
  await keepPage();
  await refresh(config().snapshot);
}

// Whether there is something to look after: no line, or sales that wait.
async function look(onBack) {
  if (looking) return;
  looking = true;
  try {
    const down = await kept("down-since");
    if (!down && !(await waiting()).length) return;
    if (!(await isAlive())) {
      await lineIsDown();
      await showBand("down");
      return;
    }
    const told = await send();
    if (told === "down") {
      await showBand("down");
      return;
    }
    await lineIsBack();
    if (told === "sent" && down) await refresh(config().snapshot);
    await showBand(told);
    if (down) onBack?.();
  } finally {
    looking = false;
  }
}

// ``offline``: this is the page without a line; ``onBack`` is told when the line is there again.
export async function watchLine({ offline = false, onBack = null } = {}) {
  if (!canGoOn()) return;
  const band = document.getElementById("till-line");
  // The till has a band of its own, which knows more than the browser.
  document.querySelector(".offline-band")?.remove();
  if (offline) band.dataset.offline = "";
  document.querySelector("[data-logout]")?.addEventListener("submit", forgetAll);
  await navigator.serviceWorker.register(config().worker, { scope: config().scope });
  if (!offline) {
    await lineIsBack();
    await tryElsewhere();
  }
  if (offline || (await waiting()).length) {
    if (offline && !(await isAlive())) await lineIsDown();
    await look(onBack);
  }
  await showBand();
  setInterval(look, LOOK_MS, onBack);
  if (!offline) {
    await refreshAll();
    setInterval(refreshAll, REFRESH_MS);
  }
}
