"use strict";
const rules = JSON.parse(document.getElementById("rules").textContent);
const panel = document.getElementById("panel");
let before = null;

function show(node) {
  const rule = rules[Number(node.dataset.rule)];
  document.getElementById("name").textContent = rule.name;
  document.getElementById("place").textContent = rule.place;
  document.getElementById("why").textContent = rule.why ? "dark: " + rule.why : "";
  document.getElementById("text").textContent = rule.text;
  before = node;
  panel.hidden = false;
}

function hide() {
  panel.hidden = true;
  if (before) before.focus();
}

document.addEventListener("click", event => {
  const node = event.target.closest("[data-rule]");
  if (node) show(node);
});
document.getElementById("close").addEventListener("click", hide);
document.addEventListener("keydown", event => {
  if (event.key === "Escape" && !panel.hidden) hide();
  else if (event.key === "/" && document.activeElement.id !== "filter") {
    event.preventDefault();
    document.getElementById("filter").focus();
  } else if ((event.key === "Enter" || event.key === " ") && document.activeElement.dataset && document.activeElement.dataset.rule !== undefined) {
    event.preventDefault();
    show(document.activeElement);
  }
});

document.getElementById("filter").addEventListener("input", event => {
  const wanted = event.target.value.trim().toLowerCase();
  const hits = new Set();
  const nodes = document.querySelectorAll("[data-rule]");
  for (const node of nodes)
    if (wanted && node.textContent.toLowerCase().includes(wanted)) hits.add(node.dataset.rule);
  for (const node of nodes) {
    node.classList.toggle("out", wanted !== "" && !hits.has(node.dataset.rule));
    node.classList.toggle("hit", wanted !== "" && hits.has(node.dataset.rule));
  }
  for (const fold of document.querySelectorAll("details"))
    if (wanted) fold.open = fold.querySelector(".hit") !== null;
  document.getElementById("found").textContent = wanted ? hits.size + " of " + rules.length : "";
});
