// What can be seen of a page that nobody ought to see: given to the page, answered as plain data.
(() => {
  const quiet = "script, style, template, noscript, code, pre, svg title, [hidden]";
  const shown = (element) => !element.closest(quiet) && element.checkVisibility({ visibilityProperty: true });

  function texts() {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode.textContent.replace(/\s+/g, " ").trim();
      const element = walk.currentNode.parentElement;
      if (text && (element.tagName === "OPTION" ? shown(element.parentElement) : shown(element))) {
        found.push({ text, isolated: !!element.closest("bdi, [dir=auto], [lang]:not(html), output.given") });
      }
    }
    for (const element of document.querySelectorAll("[title], [aria-label], [placeholder], img[alt]")) {
      for (const name of ["title", "aria-label", "placeholder", "alt"]) {
        const text = element.getAttribute(name)?.trim();
        if (text && shown(element)) found.push({ text, isolated: !!element.closest("bdi") });
      }
    }
    return found;
  }

  function wide() {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const sticks = (element) => {
      const box = element.getBoundingClientRect();
      return box.width && (box.right > room + 1 || box.left < -1);
    };
    const scrolls = (element) => {
      for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== "visible") return true;
      }
      return false;
    };
    const named = (e) => [e.tagName.toLowerCase(), ...[...e.classList].slice(0, 4)].join(".");
    return [...document.body.querySelectorAll("*")]
      .filter((e) => sticks(e) && !scrolls(e))
      .map(named).concat("(scrolls)").slice(0, 4);
  }

  return { texts: texts(), wide: wide() };
})()
