// What a till keeps on this device: the queue of what was rung up without a line, and the snapshot.
const NAME = "vafa-till";
let opened;

function open() {
  opened ??= new Promise((done, failed) => {
    const asking = indexedDB.open(NAME, 1);
    asking.onupgradeneeded = () => {
      asking.result.createObjectStore("queue", { keyPath: "place", autoIncrement: true });
      asking.result.createObjectStore("kept");
    };
    asking.onsuccess = () => done(asking.result);
    asking.onerror = () => failed(asking.error);
  });
  return opened;
}

async function ask(store, mode, work) {
  const base = await open();
  return new Promise((done, failed) => {
    const deal = base.transaction(store, mode, { durability: "strict" });
    const asked = work(deal.objectStore(store));
    deal.oncomplete = () => done(asked.result);
    deal.onabort = deal.onerror = () => failed(deal.error);
  });
}

// The snapshot ({ head, members, products, key, mark }) and other single things, by name.
export const keep = (name, value) => ask("kept", "readwrite", (s) => s.put(value, name));
export const kept = (name) => ask("kept", "readonly", (s) => s.get(name));
export const forget = (name) => ask("kept", "readwrite", (s) => s.delete(name));

// Entries in the order in which they were rung up; "sent" ones stay until the next snapshot.
export const enqueue = (entry) => ask("queue", "readwrite", (s) => s.add(entry));
export const change = (entry) => ask("queue", "readwrite", (s) => s.put(entry));
export const drop = (entry) => ask("queue", "readwrite", (s) => s.delete(entry.place));
export const queue = () => ask("queue", "readonly", (s) => s.getAll());
