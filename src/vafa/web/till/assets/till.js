// The till's keyboard, its lines, and the parts of the bill that one touch fills in.
import { freshen } from "../../shared/assets/js/csrf.js";
import { grouped, latin, local } from "../../shared/assets/js/digits.js";
import { isLoginAnswer, logInAgain } from "./again.js";
import { fillDraft, fillPayment, leaveBill, saveDraft, takeDraft } from "./draft.js";
import { addProduct, dropLine, refreshLines, step } from "./lines.js";
import { canGoOn, watchLine } from "./line.js";
import { closeProducts, moveInProducts, scanProduct, searchProducts } from "./products.js";
import { lineIsDown } from "./sending.js";
import { enqueue } from "./store.js";

// A second Enter of the same stroke must not skip the confirmation.
const SETTLE_MS = 500;
let confirmWanted = false;
let previews = 0;
let doneAt = 0;

const by = (id) => document.getElementById(id);

function fill(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function plainNumber(text) {
  return latin(text).replace(/[٬,\s]/g, "").replace("٫", ".");
}

// Enter asks for the answer, and puts the finger on the button; the next Enter presses it.
function towardsConfirm(form) {
  confirmWanted = true;
  window.htmx.trigger(form, "preview");
}

for (const [name, step] of [["htmx:beforeRequest", 1], ["htmx:afterRequest", -1]]) {
  document.addEventListener(name, (event) => {
    if (event.detail.elt.matches("#bill, #return")) previews += step;
  });
}

function focusConfirm() {
  if (!confirmWanted || previews) return;
  confirmWanted = false;
  // Where the member must confirm first, her code is what comes next.
  (by("confirm") ?? by("member_code"))?.focus();
}

function enter(event) {
  const target = event.target;
  if (target.id === "product") {
    event.preventDefault();
    scanProduct(target, addProduct);
    return;
  }
  if (target.id === "member_code") {
    event.preventDefault();
    by("member-confirm").click();
    return;
  }
  const form = target.closest("#bill, #return");
  if (form && target.matches("input")) {
    event.preventDefault();
    towardsConfirm(form);
  }
  const next = target.closest("[data-next]");
  if (next && (event.repeat || performance.now() - doneAt < SETTLE_MS)) event.preventDefault();
}

function escape() {
  if (document.querySelector("dialog[open]")) return;
  if (closeProducts()) return;
  const next = document.querySelector("[data-next]");
  if (next) next.click();
  else by("who")?.select();
}

// A letter has no meaning where numbers are typed: there it says how the bill is paid, and pressed
// again it takes that back.
function choosePayment(event) {
  const place = event.code.match(/^Key([A-Z])$/);
  if (!place || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const typing = event.target.closest("input, textarea, select, dialog");
  if (typing && !typing.matches("#bill [data-keypad], [data-payment-key]")) return;
  const choice = document.querySelector(`#bill [data-payment-key="${place[1]}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.checked = !choice.checked;
  choice.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  choosePayment(event);
  if (event.key === "Enter") enter(event);
  else if (event.key === "Escape") escape();
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") moveInProducts(event);
});

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const voucher = at("[data-voucher]");
  if (voucher) toggleVoucher(voucher.dataset.voucher);
  const filler = at("[data-fill]");
  if (filler) fill(by(filler.dataset.fill), local(filler.dataset.value));
  const product = at("[data-product]");
  if (product) {
    by("product").value = "";
    addProduct(product.dataset);
  }
  const stepper = at("[data-step]");
  if (stepper) step(stepper);
  const drop = at("[data-drop]");
  if (drop) dropLine(drop);
  if (!at("#products, #product")) closeProducts();
});

document.addEventListener("input", (event) => {
  const input = event.target;
  // What is searched for is no part of the bill yet, and the member's code never is.
  if (["product", "member_code"].includes(input.id)) event.stopPropagation();
  if (input.id === "product") searchProducts(input);
  if (input.id === "bill_voucher") markVouchers();
  if (input.closest("[data-line]")) refreshLines();
}, true);

// The keypad types into the field that was touched last.
let padsNamed = 0;
document.addEventListener("focusin", (event) => {
  if (!event.target.matches("[data-keypad]")) return;
  for (const pad of document.querySelectorAll('[x-data="keypad"]')) {
    pad.dataset.for = event.target.id || (event.target.id = `pad-${++padsNamed}`);
  }
});

document.addEventListener("scanned", (event) => {
  if (event.target.id === "who") event.target.form.requestSubmit();
  if (event.target.id === "product") scanProduct(event.target, addProduct);
});

// Several codes stand in the one field; the best of them together counts.
function useVoucher(code) {
  const field = by("bill_voucher");
  if (!field || field.value.includes(code)) return;
  fill(field, field.value.trim() ? `${field.value.trim()}, ${code}` : code);
}

function toggleVoucher(code) {
  const field = by("bill_voucher");
  if (!field?.value.includes(code)) return useVoucher(code);
  const others = field.value.split(",").map((each) => each.trim());
  fill(field, others.filter((each) => each && !each.includes(code)).join(", "));
}

// What is on the bill is seen where it was chosen.
function markVouchers() {
  const typed = by("bill_voucher")?.value ?? "";
  for (const choice of document.querySelectorAll("[data-voucher]")) {
    choice.setAttribute("aria-pressed", String(typed.includes(choice.dataset.voucher)));
  }
}

function countUp(box) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const node = [...box.querySelectorAll("*")].flatMap((e) => [...e.childNodes]).find(
    (n) => n.nodeType === Node.TEXT_NODE && /[\d۰-۹]/.test(n.data),
  );
  if (!node) return;
  const shown = node.data;
  const goal = Number(plainNumber(shown).replace(/[^\d]/g, ""));
  const began = performance.now();
  const frame = (now) => {
    const share = Math.min(1, (now - began) / 250);
    if (share === 1) {
      node.data = shown;
      return;
    }
    node.data = shown.replace(/[\d۰-۹٬,]+/, grouped(String(Math.round(goal * share))));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

let memberCame = false;
document.body.addEventListener("till:member", (event) => {
  const amount = by("bill_amount");
  if (!amount) {
    // The confirmation is still shown: a new customer starts a new bill.
    if (event.detail.id) location.assign(`${location.pathname}?member=${event.detail.id}`);
    return;
  }
  memberCame = true;
});

document.body.addEventListener("till:confirmed", () => towardsConfirm(by("bill")));

document.body.addEventListener("till:voucher", (event) => useVoucher(event.detail.code));

document.addEventListener("htmx:afterSwap", (event) => {
  markVouchers();
  const done = event.detail.target.querySelector?.("[data-done]");
  if (done) {
    doneAt = performance.now();
    done.querySelectorAll("[data-count]").forEach(countUp);
  }
});

// Only now does htmx know the new button: an Enter before that would leave the page.
document.addEventListener("htmx:afterSettle", (event) => {
  // A preview that waited for this one is sent only now; its answer brings another button.
  if (["preview", "return-preview"].includes(event.detail.target.id)) setTimeout(focusConfirm);
  // The button that sent her a code is another one now.
  if (document.activeElement === document.body) by("member_code")?.focus();
});

// No answer came: say that it is safe to press again. The login in place says it itself.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.elt.matches("[data-again]")) return;
    const box = by("preview") || by("return-preview");
    const said = by("offline-template");
    if (box && said && !box.querySelector("[data-offline]")) {
      const note = said.content.cloneNode(true).firstElementChild;
      note.dataset.offline = "";
      const on = note.querySelector("[data-go-on]");
      if (on) on.hidden = !canGoOn() || !by("bill");
      box.prepend(note);
    }
  });
}

// Whoever leaves a bill gives back what was set aside for it; what she typed stays in this tab.
addEventListener("pagehide", () => {
  const form = by("bill");
  if (form) saveDraft(customer(), cut === form.elements.key.value);
  if (form) freshen(form);
  if (form && by("bill_reservation")?.value) {
    navigator.sendBeacon(form.dataset.leave, new FormData(form));
  }
});

// A page that comes back from the browser's memory would carry a used key.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// Who types faster than a slow line brings the scripts is answered too. htmx listens only from here on.
document.addEventListener("DOMContentLoaded", () => {
  takeUp();
  if (by("bill_amount")?.value) window.htmx.trigger(by("bill"), "preview");
  if (document.querySelector("[data-member]")) by("bill_amount")?.focus();
  // A receipt was found: from here it is Enter and Enter, as with a bill. On a phone the list of what
  // comes back is looked at first.
  if (matchMedia("(min-width: 64rem)").matches) by("return")?.querySelector("input:not([type=hidden])")?.focus();
});

// Without a line a bill that is being recorded is kept as it is, under its own key, and the till
// goes on by the list that this device keeps.
let cut = null;

async function keepCut(form) {
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("csrfmiddlewaretoken");
  const head = JSON.parse(by("till-line").dataset.head);
  const at = new Date().toISOString();
  await enqueue({ state: "new", called: "", holder: null, sale: { id: crypto.randomUUID(), head, at, form: String(fields) } });
}

async function goOn() {
  const form = by("bill");
  if (form && cut === form.elements.key.value) {
    await keepCut(form);
    leaveBill();
  }
  await lineIsDown();
  location.assign(by("till-line").dataset.page);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "confirm" && by("bill")) cut = by("bill").elements.key.value;
});
// Any answer at all is an answer: what it refused is not to be sent again behind the cashier's back.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.elt.id === "confirm") cut = null;
  if (!isLoginAnswer(event.detail)) return;
  event.preventDefault();
  const { elt } = event.detail;
  logInAgain(elt.closest("#bill, #return") ?? elt, goOnWith);
});
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-Till-Staff"] = JSON.parse(by("till-line").dataset.head).staff;
});
document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-go-on]")) goOn();
  if (at("[data-leave-bill]")) leaveBill();
  const login = at("[data-line-login]");
  if (!login) return;
  event.preventDefault();
  logInAgain(login, () => location.reload());
});
document.querySelector("[data-logout]")?.addEventListener("submit", leaveBill);

// She is in again: what only looked is asked once more; what moves value she presses herself.
function goOnWith(part) {
  if (part.matches("#bill, #return")) {
    // Not the button yet: an Enter that comes early asks again, and records nothing unseen.
    part.querySelector("input:not([type=hidden])")?.focus();
    towardsConfirm(part);
  } else if (part.matches("[data-who]")) part.requestSubmit();
  else part.querySelector("button, input:not([type=hidden])")?.focus();
}

const customer = () => document.querySelector("[data-member] [data-who-is]")?.textContent ?? "";

// A bill that was left in the middle, by a login or another page, is here again.
let taken = null;
function takeUp() {
  const draft = by("bill") ? takeDraft() : null;
  const here = customer();
  if (!draft || (here && here !== draft.who)) return;
  taken = draft;
  fillDraft(draft);
  fillPayment(draft);
  const text = by("draft-words").content.textContent.trim();
  document.body.dispatchEvent(new CustomEvent("toast", { detail: { text, level: "info" } }));
  if (!draft.who || here) return;
  by("who").value = draft.who;
  by("who").form.requestSubmit();
}

// The bill knows her only now, and may ask what it brings her.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!memberCame || event.detail.target.id !== "member-pane" || !by("bill")) return;
  memberCame = false;
  if (taken) fillPayment(taken);
  taken = null;
  if (document.querySelector("[data-member]")) by("bill_amount").focus();
  if (by("bill_amount").value) window.htmx.trigger(by("bill"), "preview");
});

watchLine();
