// What belongs to no component: theme switch, "/" to search, dialogs, the sheet beside, offline
// band, charts and scanner on demand.
import htmx from "htmx.org";

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const THEMES = ["auto", "light", "dark"];

function switchTheme(form) {
  const root = document.documentElement;
  const now = form.elements.theme.value;
  if (now === "auto") delete root.dataset.theme;
  else root.dataset.theme = "vafa-" + now;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `vafa_theme=${now}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  for (const icon of form.querySelectorAll("[data-theme-icon]")) {
    icon.hidden = icon.dataset.themeIcon !== now;
  }
  form.elements.theme.value = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
  document.dispatchEvent(new CustomEvent("vafa:theme"));
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-theme-form]")) {
    event.preventDefault();
    switchTheme(event.target);
  }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    // A list that is searched itself comes before the search of everything.
    const search =
      document.querySelector("#main [data-search]") ?? document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) closeBeside();
});

function closeBeside() {
  const beside = document.getElementById("beside");
  if (!beside?.children.length) return;
  beside.replaceChildren();
  for (const row of document.querySelectorAll('.link-row[aria-current="true"]')) {
    row.removeAttribute("aria-current");
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target.closest("[data-close-beside]")) closeBeside();
  if (event.target.matches("dialog.modal")) event.target.close();
  const printer = event.target.closest("[data-print]");
  if (printer) window.print();
  const row = event.target.closest(".link-row");
  if (row && !event.target.closest("a, button, input, label")) row.querySelector("a")?.click();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "beside") return;
  const asker = event.detail.requestConfig?.elt?.closest?.(".link-row");
  for (const row of document.querySelectorAll(".link-row")) row.removeAttribute("aria-current");
  asker?.setAttribute("aria-current", "true");
  event.target.querySelector("h1, h2")?.focus?.();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form?.requestSubmit();
});

function band() {
  document.documentElement.classList.toggle("is-offline", !navigator.onLine);
}
addEventListener("online", band);
addEventListener("offline", band);
band();

function onDemand(root) {
  if (root.querySelector?.("[data-chart]:not([data-drawn])")) {
    import(meta("vafa-charts")).then((charts) => charts.drawAll(document));
  }
  if (root.querySelector?.("[data-scan]:not([data-ready])")) {
    import(meta("vafa-scan")).then((scan) => scan.attachAll(document));
  }
}
htmx.onLoad(onDemand);

// On a phone the tab of this page may lie beyond the edge.
for (const tabs of document.querySelectorAll("[data-tabs]")) {
  tabs.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "center" });
}
