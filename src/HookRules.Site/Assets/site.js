"use strict";
// The search, the menu on narrow screens, light or dark. No request leaves the site.
(() => {
  const page = document.documentElement;
  const root = page.dataset.root;
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  if (stored() === "light" || stored() === "dark") page.dataset.theme = stored();
  document.getElementById("theme").addEventListener("click", () => {
    const dark = page.dataset.theme ? page.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    page.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", page.dataset.theme); } catch { /* a page on a disk may not store */ }
  });

  const menu = document.getElementById("menu");
  const button = document.getElementById("menu-button");
  button.addEventListener("click", () => button.setAttribute("aria-expanded", String(menu.classList.toggle("open"))));
  const current = menu.querySelector("[aria-current]");
  if (current && menu.scrollHeight > menu.clientHeight) menu.scrollTop = Math.max(0, current.offsetTop - menu.clientHeight / 2);

  const input = document.getElementById("search");
  const found = document.getElementById("found");
  let loading = null;
  const load = () => loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${root}search.js`;
    script.onload = () => resolve(window.hookrulesPages);
    script.onerror = reject;
    document.head.append(script);
  });

  const score = (entry, words) => {
    const title = entry.title.toLowerCase();
    entry.lower ??= entry.text.toLowerCase();
    let sum = 0;
    let heading = null;
    for (const word of words) {
      let here = title === word ? 200 : title.startsWith(word) ? 60 : title.includes(word) ? 40 : 0;
      for (let i = 0; i < entry.headings.length; i += 2) {
        const text = entry.headings[i + 1].toLowerCase();
        const value = text === word ? 100 : text.includes(word) ? 25 : 0;
        if (value > here) here = value;
        if (value > 0) heading ??= i;
      }
      if (here === 0 && entry.lower.includes(word)) here = 5;
      if (here === 0) return null;
      sum += here;
    }
    return { entry, sum, heading };
  };

  const show = async () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const pages = words.length ? await load() : [];
    const hits = pages.map(entry => score(entry, words)).filter(Boolean).sort((a, b) => b.sum - a.sum).slice(0, 12);
    found.replaceChildren(...hits.map(({ entry, heading }) => {
      const link = document.createElement("a");
      link.href = root + entry.to + (heading === null ? "" : `#${entry.headings[heading]}`);
      link.textContent = heading === null ? entry.title : `${entry.title}: ${entry.headings[heading + 1]}`;
      const at = entry.lower.indexOf(words[0]);
      const line = document.createElement("small");
      line.textContent = entry.text.slice(Math.max(0, at - 30), at + 90).replace(/\s+/g, " ");
      link.append(line);
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
    if (words.length && hits.length === 0) {
      const none = document.createElement("li");
      none.textContent = "Nothing found.";
      found.append(none);
    }
    found.hidden = words.length === 0;
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", load);
  input.addEventListener("keydown", event => {
    if (event.key === "Enter") found.querySelector("a")?.click();
    if (event.key === "ArrowDown") { found.querySelector("a")?.focus(); event.preventDefault(); }
  });
  found.addEventListener("keydown", event => {
    const links = [...found.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown") { links[Math.min(at + 1, links.length - 1)]?.focus(); event.preventDefault(); }
    if (event.key === "ArrowUp") { (at > 0 ? links[at - 1] : input).focus(); event.preventDefault(); }
  });
  document.addEventListener("keydown", event => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) { input.focus(); event.preventDefault(); }
    if (event.key === "Escape") { found.hidden = true; input.blur(); }
  });
  document.addEventListener("click", event => { if (!event.target.closest(".search")) found.hidden = true; });
})();
