// The till without a line: the same two panes, decided by the list that this device keeps.
import { grouped, latin, local } from "../../../shared/assets/js/digits.js";
import { fillDraft, fillPayment, saveDraft, takeDraft } from "../draft.js";
import { addProduct, amountOf, dropLine, lines, number, quantityOf, refreshLines, step } from "../lines.js";
import { watchLine } from "../line.js";
import { closeProducts, moveInProducts, showProducts } from "../products.js";
import { clockTime, showBand, waiting } from "../sending.js";
import { allowance, findMember, findProducts, nameOf } from "../snapshot.js";
import { enqueue, kept, queue } from "../store.js";

const by = (id) => document.getElementById(id);
const bill = by("bill");
const size = Number(bill.dataset.unitSize);
const page = JSON.parse(by("till-line").dataset.head);
const DONE_SETTLE_MS = 500;
let snapshot = null;
let member = null;
let name = "";
let may = { points: 0, credit: 0 };
let isBack = false;
let doneAt = 0;

const show = (node, on) => {
  if (node) node.hidden = !on;
};
const word = (code) =>
  by("words").content.querySelector(`[data-word="${code}"]`)?.textContent ?? code;
const money = (amount) => grouped(String(amount / size));

function say(...said) {
  for (const box of document.querySelectorAll("[data-say]")) show(box, said.includes(box.dataset.say));
}

function smallest(field) {
  return Math.round(number(by(field).value) * size);
}

function total() {
  const all = lines();
  return all.length ? all.reduce((sum, line) => sum + amountOf(line), 0) : smallest("bill_amount");
}

// What this bill takes of points and credit at most, as the programme of the list says.
function limits(sum) {
  const terms = snapshot?.head;
  if (!terms || !member || sum < terms.least_basket) return { points: 0, credit: 0 };
  const most = terms.worth ? Math.floor((sum * terms.points_share) / 100 / terms.worth) : 0;
  return {
    points: Math.min(may.points, most),
    credit: Math.min(may.credit, Math.floor((sum * terms.credit_share) / 100)),
  };
}

function reading() {
  const sum = total();
  const points = number(by("bill_pay_points").value);
  const credit = smallest("bill_pay_credit");
  const most = limits(sum);
  const paid = points * (snapshot?.head.worth ?? 0) + credit;
  const fits = points <= most.points && credit <= most.credit && paid <= sum;
  return { sum, points, credit, left: sum - paid, fits, ready: sum > 0 && fits && Number.isInteger(points) };
}

function preview() {
  const read = reading();
  show(document.querySelector("[data-say=points]"), read.sum > 0 && !read.fits);
  show(document.querySelector("[data-to-pay-box]"), read.ready);
  document.querySelector("[data-to-pay]").textContent = money(read.left);
  by("confirm").disabled = !read.ready;
}

async function find() {
  const typed = by("who").value.trim();
  forgetMember();
  if (!typed) return;
  name = nameOf(typed);
  if (!name) {
    say("nobody");
    return;
  }
  member = await findMember(snapshot, name);
  await showMember();
  by("bill_amount").focus();
  preview();
}

function forgetMember() {
  member = null;
  name = "";
  may = { points: 0, credit: 0 };
  say();
  show(by("member"), false);
  for (const pay of ["points", "credit"]) {
    show(document.querySelector(`[data-pay=${pay}]`), false);
    by(`bill_pay_${pay}`).value = "";
  }
}

async function showMember() {
  const card = by("member");
  const part = (what) => card.querySelector(`[data-${what}]`);
  may = allowance(snapshot, member, await queue());
  part("name").textContent = member?.called || (member ? "" : word("customer"));
  part("number").textContent = local(name.replace(/^\+98/, "0"));
  part("tier").textContent = member?.tier ?? "";
  show(part("tier"), Boolean(member?.tier));
  show(part("figures"), Boolean(member));
  part("points").textContent = grouped(String(member?.points ?? 0));
  part("allowed-points").querySelector("[data-number-of]").textContent = grouped(String(may.points));
  part("allowed-credit").querySelector("[data-number-of]").textContent = money(may.credit);
  show(part("allowed-points"), may.points > 0);
  show(part("allowed-credit"), may.credit > 0);
  show(part("allowed"), may.points + may.credit > 0);
  show(part("none"), may.points + may.credit === 0);
  show(document.querySelector("[data-pay=points]"), may.points > 0);
  show(document.querySelector("[data-pay=credit]"), may.credit > 0);
  show(card, true);
  if (!member) say("stranger");
  else if (!member.active) say("inactive");
  else if (isOld()) say("old");
}

function isOld() {
  return Date.parse(snapshot.head.valid_until) < Date.now() + snapshot.skew;
}

function sale(read) {
  const head = snapshot?.head ?? page;
  const { id, club, branch, staff, made_at, revision, mac } = head;
  return {
    id: crypto.randomUUID(),
    head: { id, club, branch, staff, made_at, revision, mac },
    branch: page.branch,
    at: new Date().toISOString(),
    who: name,
    total: read.sum,
    lines: lines().map((line) => [
      line.querySelector('[name="line_sku"]').value,
      line.querySelector('[name="line_name"]').value,
      quantityOf(line),
      amountOf(line),
    ]),
    receipt_no: latin(by("bill_receipt_no").value).trim(),
    payment: document.querySelector("[data-payment-key]:checked")?.value ?? "",
    points: read.points,
    credit: read.credit,
    ...(member ? { ticket: member.ticket } : {}),
  };
}

let recording = false;
async function record() {
  const read = reading();
  if (!read.ready || recording) return;
  recording = true;
  try {
    await enqueue({ state: "new", called: member?.called ?? "", holder: member?.holder ?? null, sale: sale(read) });
    document.querySelector("[data-done-sum]").textContent = money(read.left);
    show(bill, false);
    show(by("done"), true);
    doneAt = performance.now();
    by("done").querySelector("[data-next]").focus();
    await Promise.all([listWaiting(), showBand("down")]);
  } finally {
    recording = false;
  }
}

function next() {
  if (isBack) {
    location.assign(by("till-line").dataset.scope);
    return;
  }
  bill.reset();
  by("lines").replaceChildren();
  by("bill_amount").readOnly = false;
  by("who").value = "";
  forgetMember();
  show(by("done"), false);
  show(bill, true);
  preview();
  by("who").focus();
}

async function listWaiting() {
  const all = (await queue()).reverse().slice(0, 50);
  const rows = all.map((entry) => {
    const row = by("waiting-row").content.cloneNode(true).firstElementChild;
    row.querySelector("[data-whose]").textContent =
      entry.called || (entry.sale.form ? word("begun") : local((entry.sale.who || "").replace(/^\+98/, "0")) || word("customer"));
    row.querySelector("[data-when]").textContent = clockTime(entry.sale.at);
    row.querySelector("[data-state]").textContent = `· ${word(entry.state)}${entry.said ? `: ${entry.said}` : ""}`;
    row.querySelector("[data-sum]").textContent = entry.sale.total ? money(entry.sale.total) : "";
    return row;
  });
  by("waiting").replaceChildren(...rows);
  show(document.querySelector("[data-waiting]"), rows.length > 0);
}

function listProducts(found) {
  if (!found.length) return null;
  const list = document.createElement("ul");
  list.className = "panel-card max-h-80 overflow-y-auto p-1 shadow-lg";
  list.setAttribute("role", "listbox");
  for (const product of found) {
    const row = by("product-row").content.cloneNode(true).firstElementChild;
    Object.assign(row.querySelector("[data-product]").dataset, dataOf(product));
    row.querySelector("[data-called]").textContent = product.name;
    row.querySelector("[data-code]").textContent = product.sku;
    list.append(row);
  }
  return list;
}

const dataOf = ({ sku, name: called, price }) => ({ sku, name: called, price: String(price / size) });

function scanned() {
  const typed = by("product").value.trim();
  if (!typed) return;
  const found = findProducts(snapshot, typed);
  by("product").value = "";
  addProduct(found.length === 1 ? dataOf(found[0]) : { sku: "", name: typed, price: "", unknown: "" });
}

function enter(event) {
  const target = event.target;
  if (target.id === "product") {
    event.preventDefault();
    scanned();
  } else if (target.closest("#bill") && target.matches("input")) {
    event.preventDefault();
    by("confirm").focus();
  } else if (target.closest("[data-next]") && (event.repeat || performance.now() - doneAt < DONE_SETTLE_MS)) {
    event.preventDefault();
  }
}

function choosePayment(event) {
  const place = event.code.match(/^Key([A-Z])$/);
  if (!place || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (!event.target.matches("#bill [data-keypad], [data-payment-key]")) return;
  const choice = document.querySelector(`#bill [data-payment-key="${place[1]}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.checked = !choice.checked;
}

document.addEventListener("keydown", (event) => {
  choosePayment(event);
  if (event.key === "Enter") enter(event);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") moveInProducts(event);
  else if (event.key === "Escape" && !document.querySelector("dialog[open]") && !closeProducts()) {
    if (by("done").hidden) by("who").select();
    else next();
  }
});

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-next], [data-reset]")) next();
  const product = at("[data-product]");
  if (product) {
    by("product").value = "";
    addProduct(product.dataset);
  }
  const stepper = at("[data-step]");
  if (stepper) step(stepper);
  const gone = at("[data-drop]");
  if (gone) dropLine(gone);
  if (!at("#products, #product")) closeProducts();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("#find, #bill")) return;
  event.preventDefault();
  if (event.target.id === "find") find();
  else record();
});

document.addEventListener("input", (event) => {
  if (event.target.id === "product") {
    showProducts(event.target, listProducts(findProducts(snapshot, event.target.value)));
  }
  if (event.target.closest("[data-line]")) refreshLines();
  if (event.target.closest("#bill")) preview();
});

document.addEventListener("scanned", (event) => {
  if (event.target.id === "who") find();
  if (event.target.id === "product") scanned();
});

// The keypad types into the field that was touched last.
let padsNamed = 0;
document.addEventListener("focusin", (event) => {
  if (!event.target.matches("[data-keypad]")) return;
  for (const pad of document.querySelectorAll('[x-data="keypad"]')) {
    pad.dataset.for = event.target.id || (event.target.id = `pad-${++padsNamed}`);
  }
});

// A bill that was begun with a line goes on here.
async function takeOver() {
  const draft = takeDraft();
  if (!draft) return;
  by("who").value = draft.who;
  await find();
  fillDraft(draft);
  fillPayment(draft);
  preview();
}

// And one that was begun here goes on where the line is.
addEventListener("pagehide", () => saveDraft(by("who").value));

const found = await kept("snapshot");
// Another branch's list is for another branch.
snapshot = found?.head.branch === page.branch ? found : null;
await takeOver();
await listWaiting();
await watchLine({
  offline: true,
  onBack: async () => {
    isBack = true;
    await listWaiting();
    const busy = by("done").hidden && (by("who").value || by("bill_amount").value);
    if (!busy && !(await waiting()).length && by("done").hidden) location.assign(by("till-line").dataset.scope);
  },
});
