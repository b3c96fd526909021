// A button with data-copy="text" copies it, and says so for a moment with its data-copied words.
const LINGER_MS = 2000;

async function copy(button) {
  const words = button.querySelector("[data-copy-words]");
  if (!words || button.dataset.busy) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const before = words.textContent;
  button.dataset.busy = "1";
  words.textContent = button.dataset.copied;
  setTimeout(() => {
    words.textContent = before;
    delete button.dataset.busy;
  }, LINGER_MS);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

// Browsers lend the clipboard only to pages of a secure origin; elsewhere the button stays hidden.
document.addEventListener("htmx:load", (event) => {
  if (!navigator.clipboard) return;
  for (const button of event.target.querySelectorAll("[data-copy]")) button.hidden = false;
});
