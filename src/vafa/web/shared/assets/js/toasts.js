// Short confirmations: from Django's messages, and from htmx answers by the "toast" event.
const LINGER_MS = 6000;

export function toasts() {
  return {
    items: [],
    next: 1,
    init() {
      for (const { text, level } of JSON.parse(this.$root.dataset.messages || "[]")) {
        this.add(text, level);
      }
      document.body.addEventListener("toast", (event) => {
        this.add(event.detail.text, event.detail.level);
      });
    },
    add(text, level) {
      const id = this.next++;
      this.items.push({ id, text, css: "alert-" + (level || "info") });
      // An error stays until it is read and closed.
      if (level !== "error") setTimeout(() => this.drop(id), LINGER_MS);
    },
    drop(id) {
      this.items = this.items.filter((item) => item.id !== id);
    },
  };
}
