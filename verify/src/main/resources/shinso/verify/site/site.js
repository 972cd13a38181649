// Search over SEARCH_INDEX, whose entries are [page, heading, address, text].
(() => {
  "use strict";
  const home = document.currentScript.dataset.home;
  const query = document.getElementById("query");
  const found = document.getElementById("found");
  const menu = document.getElementById("menu");
  const sections = SEARCH_INDEX.sections.map((s) => ({
    page: s[0], heading: s[1], address: s[2], text: s[3],
    inHeading: (s[0] + " " + s[1]).toLowerCase(), inText: s[3].toLowerCase(),
  }));

  // On a narrow screen the list of pages is closed until it is wanted.
  if (matchMedia("(max-width: 52rem)").matches) menu.removeAttribute("open");

  // All words must be there; a word of the heading counts most, and each occurrence a little.
  const score = (section, words) => {
    let sum = 0;
    for (const word of words) {
      const inHeading = section.inHeading.includes(word);
      const count = Math.min(section.inText.split(word).length - 1, 5);
      if (!inHeading && count === 0) return 0;
      sum += (inHeading ? 20 : 0) + count;
    }
    return sum;
  };

  const line = (section, words) => {
    const at = Math.max(0, section.inText.indexOf(words[0]) - 40);
    const small = document.createElement("small");
    small.textContent = (at > 0 ? "…" : "") + section.text.slice(at, at + 140) + "…";
    return small;
  };

  const show = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter((w) => w);
    found.replaceChildren();
    found.hidden = words.length === 0;
    if (words.length === 0) return;
    const best = sections
      .map((section) => ({ section, score: score(section, words) }))
      .filter((s) => s.score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, 12);
    for (const { section } of best) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = home + section.address;
      link.textContent =
        section.heading && section.heading !== section.page
          ? section.page + " › " + section.heading : section.page;
      link.append(line(section, words));
      item.append(link);
      found.append(item);
    }
    if (best.length === 0) {
      const none = document.createElement("li");
      const text = document.createElement("p");
      text.textContent = "nothing has all of these words";
      none.append(text);
      found.append(none);
    }
  };

  query.addEventListener("input", show);
  query.addEventListener("focus", show);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== query) {
      event.preventDefault();
      query.focus();
    } else if (event.key === "Escape") {
      found.hidden = true;
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !found.hidden) {
      const links = [...found.querySelectorAll("a")];
      const at = links.indexOf(document.activeElement);
      const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (next || at === 0) {
        event.preventDefault();
        (next || query).focus();
      }
    } else if (event.key === "Enter" && document.activeElement === query) {
      const first = found.querySelector("a");
      if (first) first.click();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) found.hidden = true;
  });
})();
