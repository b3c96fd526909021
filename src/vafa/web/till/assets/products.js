// Finding a product: a list under the field while one types; a scanner's Enter adds at once.
const by = (id) => document.getElementById(id);
const PAUSE_MS = 150;
let waiting = 0;
let asked = "";
let scans = Promise.resolve();

async function load(input, typed) {
  asked = typed;
  const url = `${input.dataset.products}?q=${encodeURIComponent(typed)}`;
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  if (!answer.ok) return null;
  const box = document.createElement("div");
  box.innerHTML = await answer.text();
  return box.firstElementChild;
}

function show(input, list) {
  const box = by("products");
  box.replaceChildren(list);
  box.hidden = false;
  input.setAttribute("aria-expanded", "true");
}

export function closeProducts() {
  clearTimeout(waiting);
  asked = "";
  const box = by("products");
  if (!box || box.hidden) return false;
  box.hidden = true;
  box.replaceChildren();
  by("product").setAttribute("aria-expanded", "false");
  return true;
}

export function searchProducts(input) {
  clearTimeout(waiting);
  const typed = input.value.trim();
  if (!typed) {
    closeProducts();
    return;
  }
  waiting = setTimeout(async () => {
    const list = await load(input, typed).catch(() => null);
    if (list && asked === typed && input.value.trim() === typed) show(input, list);
  }, PAUSE_MS);
}

// Several codes may be scanned before the first answer is here: each is taken out of the field at
// once, and they go onto the bill in their order.
export function scanProduct(input, add) {
  clearTimeout(waiting);
  const typed = input.value.trim();
  if (!typed) return;
  input.value = "";
  const answer = load(input, typed).catch(() => null);
  scans = scans.then(async () => take(input, typed, await answer, add));
}

function take(input, typed, list, add) {
  const found = list ? [...list.querySelectorAll("[data-product]")] : [];
  if (found.length === 1 && found[0].dataset.unknown === undefined) {
    add(found[0].dataset);
  } else if (!input.value) {
    input.value = typed;
    if (list) show(input, list);
  } else {
    // The next code is already being typed: say which one is missing on the bill.
    const unknown = found.length === 1 ? found[0].textContent.trim() : typed;
    const detail = { text: unknown, level: "error" };
    document.body.dispatchEvent(new CustomEvent("toast", { detail }));
  }
}

// A list that was made here, without asking the server.
export function showProducts(input, list) {
  if (list) show(input, list);
  else closeProducts();
}

export function moveInProducts(event) {
  const box = by("products");
  if (!box || box.hidden || !event.target.closest("#product, #products")) return;
  event.preventDefault();
  const items = [...box.querySelectorAll("[data-product]")];
  const now = items.indexOf(document.activeElement);
  const next = now + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) by("product").focus();
  else items[Math.min(next, items.length - 1)]?.focus();
}
