// What stays on the phone with her leave, to be shown without a line: her card and what she had.
const NAME = "vafa-card";

export function keptCard() {
  try {
    return JSON.parse(localStorage.getItem(NAME));
  } catch {
    return null;
  }
}

// A phone that lets nothing be kept simply has no card without a line.
export function keepCard(card) {
  try {
    localStorage.setItem(NAME, JSON.stringify(card));
    return true;
  } catch {
    return false;
  }
}

export function forgetCard() {
  localStorage.removeItem(NAME);
}
