// A session that ended in the middle of the work: she logs in where she stands, and goes on.
import { canGoOn } from "./line.js";

const PATIENCE_MS = 10_000;
const RETRY_MS = 5_000;
const by = (id) => document.getElementById(id);
const form = () => by("again-form").firstElementChild;
const isOfLogin = (event) => event.detail.elt.matches("[data-again]");
// What goes on when she is in: each part of the page once, however often it was turned away.
const waiting = new Map();
let asking = null;
let retry;
let returnTo = null;

// Opens the login; ``goOn`` is called for ``part`` when she is in again. Who calls while it is open
// joins what was asked for already.
export function logInAgain(part, goOn) {
  waiting.set(part, goOn);
  const dialog = by("again");
  if (dialog.open) return;
  returnTo = document.activeElement;
  // A button that was pressed is disabled while its answer is awaited, and has lost the finger.
  if (returnTo === document.body) {
    returnTo = part.querySelector("#confirm") ?? part.querySelector("button");
  }
  by("again-form").replaceChildren();
  by("again-retry").hidden = true;
  say("asking");
  dialog.showModal();
  ask();
}

// A login that was turned away itself is no reason to ask for another.
export const isLoginAnswer = ({ elt, xhr }) =>
  !elt.matches("[data-again]") &&
  ((xhr.getResponseHeader("HX-Redirect") ?? "").startsWith(by("again").dataset.login) ||
    (xhr.status === 403 && Boolean(xhr.getResponseHeader("X-Vafa-Csrf"))));

// One question at a time, and none that nobody waits for.
function ask() {
  clearTimeout(retry);
  asking ??= question().finally(() => (asking = null));
}

async function question() {
  const head = encodeURIComponent(by("till-line").dataset.head);
  let answer;
  let text;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const headers = { "HX-Request": "true" };
    answer = await fetch(`${by("again").dataset.url}?head=${head}`, { headers, cache: "no-store", signal });
    text = await answer.text();
  } catch {
    askLater("down");
    return;
  }
  if (by("again").open) take(answer, text);
}

function take(answer, text) {
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) {
    location.assign(elsewhere);
  } else if ((answer.headers.get("HX-Trigger") ?? "").includes("till:again")) {
    document.body.dispatchEvent(new CustomEvent("till:again"));
  } else if (!answer.ok || !answer.headers.has("X-Vafa-Fragment")) {
    // Also what somebody else on the way answers in our place.
    askLater("fault");
  } else if (form()) {
    // What she typed meanwhile stays.
    say("ready");
  } else {
    show(text);
  }
}

function show(text) {
  by("again-form").innerHTML = text;
  window.htmx.process(by("again-form"));
  by("again-retry").hidden = true;
  say(null);
  focusFirst();
}

// The words for how the login stands; null for none.
function say(state) {
  for (const words of by("again").querySelectorAll("[data-again-state]")) {
    words.hidden = words.dataset.againState !== state;
  }
}

// There is no login to show, or hers did not come through: that is said, and asked again.
function askLater(state) {
  if (!by("again").open) return;
  say(state);
  clearTimeout(retry);
  retry = setTimeout(ask, RETRY_MS);
  if (form()) {
    if (!form().contains(document.activeElement)) focusFirst();
  } else if (by("again-retry").hidden) {
    by("again-retry").hidden = false;
    by("again-retry").querySelector("[data-go-on]").hidden = !canGoOn() || !by("bill");
    point(by("again-ask"));
  }
}

const focusFirst = () => point(by("again-form").querySelector("input[required]"));

// What has only just been opened may take some frames until the finger can be put there.
function point(element, frames = 30) {
  element?.focus();
  if (!element || !frames || document.activeElement === element || !by("again").open) return;
  requestAnimationFrame(() => point(element, frames - 1));
}

by("again-ask").addEventListener("click", () => {
  say("asking");
  ask();
});

by("again").addEventListener("close", () => {
  if (by("again").open) return;
  clearTimeout(retry);
  waiting.clear();
  const here = document.activeElement;
  if (here === document.body || by("again").contains(here)) returnTo?.focus();
});

document.body.addEventListener("till:again", () => {
  const all = [...waiting];
  by("again-form").replaceChildren();
  by("again").close();
  for (const [part, goOn] of all) {
    if (part.isConnected) goOn(part);
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isOfLogin(event)) return;
  clearTimeout(retry);
  say(null);
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (isOfLogin(event)) askLater("down");
  });
}

// What is wrong with her password comes with the form; all else is said beside what she typed.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  if (!isOfLogin(event) || xhr.status < 400 || xhr.getResponseHeader("X-Vafa-Fragment")) return;
  event.preventDefault();
  say("fault");
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "again-form" && by("again").open) focusFirst();
});
