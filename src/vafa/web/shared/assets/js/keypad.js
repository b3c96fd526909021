// A numeric keypad that types into the field its `data-for` names.
import { local } from "./digits.js";

export function keypad() {
  return {
    field() {
      return document.getElementById(this.$root.dataset.for);
    },
    press(event) {
      const key = event.currentTarget.dataset.key;
      const input = this.field();
      if (!input || input.disabled || input.readOnly) return;
      if (key === "clear") input.value = "";
      else if (key === "back") input.value = input.value.slice(0, -1);
      else input.value += local(key);
      input.setSelectionRange?.(input.value.length, input.value.length);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    },
  };
}
