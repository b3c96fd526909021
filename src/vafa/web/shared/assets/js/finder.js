// The search of the top bar: arrows walk through the answers, Enter opens one (or the page of all),
// Escape closes. The answers come by htmx as links with role="option".
const parts = (form) => [form.querySelector("[role=combobox]"), form.querySelector("[role=listbox]")];

function show(form, open) {
  const [input, list] = parts(form);
  list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) choose(form, null);
}

function choose(form, option) {
  const [input, list] = parts(form);
  for (const one of list.querySelectorAll('[aria-selected="true"]')) {
    one.setAttribute("aria-selected", "false");
  }
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-finder]");
  if (!form || event.isComposing) return;
  const [, list] = parts(form);
  const options = [...list.querySelectorAll("[role=option]")];
  const here = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!options.length) return;
    event.preventDefault();
    show(form, true);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = here < 0 && step < 0 ? options.length - 1 : here + step;
    choose(form, options[(next + options.length) % options.length]);
  } else if (event.key === "Enter" && here >= 0 && !list.hidden) {
    event.preventDefault();
    options[here].click();
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    show(form, false);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target.closest?.("[data-finder]");
  if (form) show(form, event.target.childElementCount > 0 && form.contains(document.activeElement));
});

document.addEventListener("focusin", (event) => {
  for (const form of document.querySelectorAll("[data-finder]")) {
    if (!form.contains(event.target)) show(form, false);
  }
});
document.addEventListener("click", (event) => {
  for (const form of document.querySelectorAll("[data-finder]")) {
    if (!form.contains(event.target)) show(form, false);
  }
});
