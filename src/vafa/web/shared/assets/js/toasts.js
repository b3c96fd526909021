// Short confirmations: from Django's messages, and from htmx answers by the "toast" event. One that
// can be taken back ("undo": {url, fields}) stays longer.
const LINGER_MS = 6000;
const LINGER_UNDO_MS = 15000;

export function toasts() {
  return {
    items: [],
    next: 1,
    init() {
      for (const { text, level, undo } of JSON.parse(this.$root.dataset.messages || "[]")) {
        this.add(text, level, undo);
      }
      document.body.addEventListener("toast", (event) => {
        this.add(event.detail.text, event.detail.level, event.detail.undo);
      });
    },
    add(text, level, undo) {
      const id = this.next++;
      this.items.push({ id, text, undo: undo || null, css: "alert-" + (level || "info") });
      // An error stays until it is read and closed.
      if (level !== "error") setTimeout(() => this.drop(id), undo ? LINGER_UNDO_MS : LINGER_MS);
    },
    drop(id) {
      this.items = this.items.filter((item) => item.id !== id);
    },
  };
}
