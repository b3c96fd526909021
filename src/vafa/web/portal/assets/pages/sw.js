// Keeps the portal's files, and the page that shows the member's card while there is no line.
import { keep } from "../../../shared/assets/js/keeping.js";

// A phone in a shop's cellar: better the card at once than a page in a minute.
const PATIENCE_MS = 6000;
const forgetOlder = keep("vafa-portal", PATIENCE_MS);

addEventListener("activate", (event) => event.waitUntil(forgetOlder().then(() => clients.claim())));
