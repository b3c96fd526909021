// A session that ended in the middle of the work: she logs in where she stands, and goes on.
const by = (id) => document.getElementById(id);
let after = null;
let onReturn = null;

// Opens the login; ``goOn`` is called when she is in again.
export function logInAgain(goOn) {
  const dialog = by("again");
  after = goOn;
  if (dialog.open) return;
  onReturn = document.activeElement;
  const head = by("till-line").dataset.head;
  window.htmx
    .ajax("GET", dialog.dataset.url, { target: "#again-form", swap: "innerHTML", values: { head } })
    .then(() => {
      if (!by("again-form").children.length) return;
      if (!dialog.open) dialog.showModal();
      focusFirst();
    });
}

function focusFirst() {
  by("again-form").querySelector("input[required]")?.focus();
}

export const isLoginAnswer = (xhr) =>
  (xhr.getResponseHeader("HX-Redirect") ?? "").startsWith(by("again").dataset.login) ||
  (xhr.status === 403 && Boolean(xhr.getResponseHeader("X-Vafa-Csrf")));

document.body.addEventListener("till:again", () => {
  by("again-form").replaceChildren();
  by("again").close();
  onReturn?.isConnected && onReturn.focus();
  after?.();
  after = null;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "again-form" && by("again").open) focusFirst();
});
