// The bill that is being typed, kept in this tab: whoever must log in again, goes to another page or
// loses the line finds it as it was, under the same one-time key.
import { latin } from "../../shared/assets/js/digits.js";
import { addProduct, lines } from "./lines.js";

const NAME = "vafa-till-draft";
const LONGEST_MS = 12 * 3_600_000;
const FIELDS = ["amount", "voucher", "receipt_no", "pay_points", "pay_credit"];
const PARTS = ["sku", "name", "price", "quantity"];
const by = (id) => document.getElementById(id);
const head = () => JSON.parse(by("till-line").dataset.head);
let isOver = false;

// The bill was left on purpose: what is typed now is nobody's.
export function leaveBill() {
  isOver = true;
  sessionStorage.removeItem(NAME);
}

// ``who`` is the customer as she was found; ``isCut``: whether the bill was recorded is not known.
export function saveDraft(who, isCut = false) {
  const form = by("bill");
  if (!form || form.hidden || isOver) return;
  const fields = Object.fromEntries(FIELDS.map((name) => [name, by(`bill_${name}`)?.value ?? ""]));
  const bought = lines().map((line) =>
    Object.fromEntries(PARTS.map((part) => [part, line.querySelector(`[name="line_${part}"]`).value])),
  );
  if (!Object.values(fields).some(Boolean) && !bought.length) {
    sessionStorage.removeItem(NAME);
    return;
  }
  const payment = document.querySelector("[data-payment-key]:checked")?.value ?? "";
  const { staff, branch } = head();
  const key = by("bill_key")?.value ?? "";
  const draft = { at: Date.now(), staff, branch, key, isCut, who, fields, payment, lines: bought };
  sessionStorage.setItem(NAME, JSON.stringify(draft));
}

// The draft of this branch, once; under another cashier its key does not count, and a bill that may
// have been recorded by the first is not offered again.
export function takeDraft() {
  const draft = JSON.parse(sessionStorage.getItem(NAME) ?? "null");
  sessionStorage.removeItem(NAME);
  const { staff, branch } = head();
  if (!draft || draft.branch !== branch || Date.now() - draft.at > LONGEST_MS) return null;
  if (draft.staff === staff) return draft;
  return draft.isCut ? null : { ...draft, key: "" };
}

// All but what is asked for only of members, which ``fillPayment`` brings when she is there.
export function fillDraft(draft) {
  for (const line of draft.lines) {
    addProduct({ ...line, price: latin(line.price).replace(/[٬,]/g, "") }, line.quantity);
  }
  for (const name of ["amount", "voucher", "receipt_no"]) {
    const field = by(`bill_${name}`);
    if (field && !field.readOnly) field.value = draft.fields[name];
  }
  const choice = document.querySelector(`[data-payment-key][value="${draft.payment}"]`);
  if (choice) choice.checked = true;
  if (draft.key && by("bill_key")) by("bill_key").value = draft.key;
}

export function fillPayment(draft) {
  for (const name of ["pay_points", "pay_credit"]) {
    const field = by(`bill_${name}`);
    if (field && draft.fields[name]) field.value = draft.fields[name];
  }
}
