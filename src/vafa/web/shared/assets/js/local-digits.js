// Fields with `data-local-digits` show what is typed in the digits of the page's language.
import { isPersian, local } from "./digits.js";

document.addEventListener(
  "input",
  (event) => {
    const input = event.target;
    if (!isPersian() || !input.matches("[data-local-digits]")) return;
    const caret = input.selectionStart;
    input.value = local(input.value);
    input.setSelectionRange(caret, caret);
  },
  true,
);
