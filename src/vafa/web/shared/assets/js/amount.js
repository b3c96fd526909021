// A text box that groups its digits while they are typed.
import { grouped, latin } from "./digits.js";

export function amount() {
  return {
    init() {
      const input = this.$refs.input;
      input.value = grouped(input.value);
      input.addEventListener("input", () => this.regroup(input));
    },
    regroup(input) {
      // The caret keeps its distance, in digits, from the end.
      const after = latin(input.value.slice(input.selectionStart ?? 0)).replace(/[^\d.]/g, "").length;
      const text = grouped(input.value);
      if (text === input.value) return;
      input.value = text;
      let position = text.length;
      for (let left = after; left > 0 && position > 0; position--) {
        if (/[\d.۰-۹٫]/.test(text[position - 1])) left--;
      }
      input.setSelectionRange(position, position);
    },
  };
}
