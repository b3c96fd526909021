// The script of every page: htmx, Alpine (CSP build) and our own small behaviours.
import htmx from "htmx.org";
import Alpine from "@alpinejs/csp";
import { amount } from "./amount.js";
import { datePicker } from "./date-picker.js";
import { keypad } from "./keypad.js";
import { toasts } from "./toasts.js";
import "./copy.js";
import "./csrf.js";
import "./finder.js";
import "./local-digits.js";
import "./only-for.js";
import "./page.js";
import "./ticks.js";

window.htmx = htmx;

// A 422 or 404 answer may carry a fragment that says what is wrong: it goes where it was asked for.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.getResponseHeader("X-Vafa-Fragment")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

Alpine.data("amount", amount);
Alpine.data("datePicker", datePicker);
Alpine.data("keypad", keypad);
Alpine.data("toasts", toasts);
window.Alpine = Alpine;
Alpine.start();
