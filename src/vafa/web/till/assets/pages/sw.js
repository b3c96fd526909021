// Keeps the till's files and its page for a time without a line.
import { keep } from "../../../shared/assets/js/keeping.js";

const PATIENCE_MS = 8000;
const forgetOlder = keep("vafa-till", PATIENCE_MS);

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

// The kept page is a fresh one: files of an older one are not needed any more.
addEventListener("message", (event) => {
  if (event.data === "page-is-fresh") event.waitUntil(forgetOlder());
});
