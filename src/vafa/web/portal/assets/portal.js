// The member's pages: the service worker, her card kept on the phone, the share sheet, installing.
import { forgetCard, keepCard, keptCard } from "./kept.js";

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/portal/sw.js", { scope: "/portal/" }).catch(() => {
    // Browsers refuse it in private windows: everything else works without.
    document.documentElement.dataset.noWorker = "";
  });
}

const leave = document.querySelector("[data-keep-card]");
const parts = document.querySelector("[data-card]");
const standing = document.querySelector("[data-standing]");

function cardOnPage() {
  return {
    club: parts.dataset.club,
    name: parts.dataset.name,
    groups: parts.dataset.groups,
    qr: parts.querySelector("template").innerHTML,
    lang: document.documentElement.lang,
    at: Date.now(),
    ...(isHers(keptCard()) ? pick(keptCard()) : {}),
    member: parts.dataset.card,
  };
}

function isHers(kept) {
  return kept?.member === parts.dataset.card;
}

function pick({ points, worth, at }) {
  return { points, worth, at };
}

if (leave && parts) {
  leave.closest("[hidden]")?.removeAttribute("hidden");
  const kept = keptCard();
  leave.checked = isHers(kept);
  if (leave.checked) keepCard(cardOnPage());
  leave.addEventListener("change", () => {
    if (!leave.checked) forgetCard();
    else if (!keepCard(cardOnPage())) leave.checked = false;
  });
}

// Only a card that is hers: another member's on the same phone goes.
if (standing) {
  const kept = keptCard();
  if (kept && kept.member === standing.dataset.standing) {
    const { points, worth } = standing.dataset;
    keepCard({ ...kept, points, worth, at: Date.now() });
  } else if (kept) forgetCard();
}

document.addEventListener("submit", (event) => {
  if (event.target.matches('form[action$="/logout/"]')) forgetCard();
});

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const { share: url, shareTitle: title, shareText: text } = button.dataset;
    navigator.share({ url, title, text }).catch((error) => {
      if (error.name !== "AbortError") button.hidden = true; // the link can still be copied
    });
  });
}

// Browsers that can install say so; the hint then stands on the first page, once a month at most.
const hint = document.querySelector("[data-install]");
const HINTED = "vafa-install-hinted";
const MONTH_MS = 30 * 24 * 3600 * 1000;
addEventListener("beforeinstallprompt", (event) => {
  if (!hint) return;
  event.preventDefault();
  if (Date.now() - Number(localStorage.getItem(HINTED) ?? 0) < MONTH_MS) return;
  hint.hidden = false;
  hint.querySelector("[data-install-now]").addEventListener("click", () => event.prompt());
  for (const button of hint.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      localStorage.setItem(HINTED, String(Date.now()));
      hint.hidden = true;
    });
  }
});
