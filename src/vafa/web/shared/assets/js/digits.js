// Digits and separators as the page's language writes them.
const PERSIAN = "۰۱۲۳۴۵۶۷۸۹";
const ARABIC = "٠١٢٣٤٥٦٧٨٩";

export const isPersian = () => document.documentElement.lang === "fa";

export function latin(text) {
  return text.replace(/[۰-۹٠-٩]/g, (c) => {
    const i = PERSIAN.indexOf(c);
    return String(i >= 0 ? i : ARABIC.indexOf(c));
  });
}

export function local(text) {
  return isPersian() ? text.replace(/[0-9]/g, (c) => PERSIAN[c]) : text;
}

// "1234567.5" as the language groups it; anything that is no number comes back as it was.
export function grouped(text) {
  const plain = latin(text).replace(/[٬,\s]/g, "").replace("٫", ".");
  const match = /^(-?)(\d+)(\.\d*)?$/.exec(plain);
  if (!match) return text;
  const separator = isPersian() ? "٬" : ",";
  const whole = match[2].replace(/\B(?=(\d{3})+$)/g, separator);
  const rest = (match[3] || "").replace(".", isPersian() ? "٫" : ".");
  return local(match[1] + whole + rest);
}
