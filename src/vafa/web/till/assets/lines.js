// The lines of a bill: what is bought, how many, at which price; the sum goes into the amount.
import { grouped, latin, local } from "../../shared/assets/js/digits.js";
import { closeProducts } from "./products.js";

const by = (id) => document.getElementById(id);

export function number(text) {
  return Number(latin(text).replace(/[٬,\s]/g, "").replace(/[٫/]/, ".")) || 0;
}

export function lines() {
  return [...document.querySelectorAll("#lines [data-line]")];
}

// In smallest units, rounded as the server does.
export function amountOf(line) {
  const size = Number(line.dataset.unitSize);
  const price = Math.round(number(line.querySelector('[name="line_price"]').value) * size);
  return Math.floor((price * quantityOf(line) + 500) / 1000);
}

// In thousandths.
export function quantityOf(line) {
  return Math.round(number(line.querySelector('[name="line_quantity"]').value) * 1000);
}

export function refreshLines() {
  const all = lines();
  let sum = 0;
  let size = 1;
  for (const line of all) {
    size = Number(line.dataset.unitSize);
    const amount = amountOf(line);
    sum += amount;
    line.querySelector("[data-line-total]").textContent = grouped(String(amount / size));
  }
  const field = by("bill_amount");
  field.readOnly = all.length > 0;
  if (all.length) field.value = grouped(String(sum / size));
}

function changed() {
  refreshLines();
  by("bill").dispatchEvent(new Event("input", { bubbles: true }));
}

export function addProduct({ sku, name, price, unknown }, quantity = local("1")) {
  closeProducts();
  const search = by("product");
  const same = lines().find((line) => sku && line.querySelector('[name="line_sku"]').value === sku);
  if (same) {
    const quantity = same.querySelector('[name="line_quantity"]');
    quantity.value = local(String(number(quantity.value) + 1));
  } else {
    append(sku, name, price, quantity);
  }
  changed();
  const last = lines().at(-1);
  last.scrollIntoView({ block: "nearest" });
  if (unknown !== undefined) last.querySelector('[name="line_price"]').focus();
  else search.focus();
}

function append(sku, name, price, quantity) {
  const line = by("line-template").content.cloneNode(true).firstElementChild;
  line.querySelector('[name="line_sku"]').value = sku;
  line.querySelector('[name="line_name"]').value = name;
  line.querySelector("[data-name]").textContent = name;
  line.querySelector('[name="line_price"]').value = grouped(price);
  line.querySelector('[name="line_quantity"]').value = quantity;
  by("lines").append(line);
}

export function dropLine(button) {
  button.closest("[data-line]").remove();
  if (!lines().length) by("bill_amount").value = "";
  changed();
  by("product").focus();
}

export function step(button) {
  const input = button.parentElement.querySelector("input");
  const most = input.dataset.max ? number(input.dataset.max) : 999999;
  const least = input.dataset.max ? 0 : 1;
  const next = Math.min(most, Math.max(least, number(input.value) + Number(button.dataset.step)));
  input.value = local(String(Math.round(next * 1000) / 1000));
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
