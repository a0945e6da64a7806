// Draws many rules in dot and mermaid, and has both read by their own tools.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [readers, root] = process.argv.slice(2);
const find = createRequire(join(readers, "package.json"));
const { JSDOM } = find("jsdom");
globalThis.window = new JSDOM("").window;
globalThis.document = window.document;
const mermaid = (await import(pathToFileURL(join(readers, "node_modules/mermaid/dist/mermaid.core.mjs")))).default;

const folder = mkdtempSync(join(tmpdir(), "hookrules graphs-"));
const file = join(folder, "main.hookrules");
let drawn = 0;
const refused = [];

function graph(format, ...more) {
  const result = spawnSync(join(root, ".build/runtime/hookrules"), ["graph", file, "--format", format, ...more], {
    encoding: "utf8",
    env: { ...process.env, HOME: folder },
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout;
}

async function check(what, rules, ...more) {
  writeFileSync(file, rules);
  const dot = spawnSync("dot", ["-Tplain"], { input: graph("dot", ...more), encoding: "utf8", maxBuffer: 1 << 28 });
  drawn++;
  if (dot.status !== 0 || /error/i.test(dot.stderr)) refused.push(`dot: ${what}: ${dot.stderr}`);
  try {
    drawn++;
    await mermaid.parse(graph("mermaid", ...more));
  } catch (e) {
    refused.push(`mermaid: ${what}: ${e.message}`);
  }
}

const escaped = text => text.replace(/\\/g, "\\\\").replace(/"/g, '\\"');
for (const text of readFileSync(join(root, "tests/HookRules.Tests/Graphs/hostile.txt"), "utf8").split("\n").filter(line => line)) {
  const template = escaped(text).replace(/[{}]/g, "$&$&");
  const guard = `on before Bash where command contains "${escaped(text)}" -> deny "${template}"\n`;
  await check(text, `${guard}on Stop -> prompt "${escaped(text)}"\n`);
}

for (const name of readdirSync(join(root, "src/HookRules.Compiler/Packs/std")).filter(name => name.endsWith(".hookrules"))) {
  const pack = `std/${name.replace(".hookrules", "")}`;
  await check(pack, `use ${pack}${pack === "std/stop-gate" ? ' with { check = "make test" }' : ""}\n`);
}

const rule = i => `on Write src/mod${i}/*.py -> run "lint${i} {file}" as lint${i}, dedup 1s\n`;
const many = count => Array.from({ length: count }, (_, i) => rule(i)).join("");
for (const count of [5, 80, 1000]) await check(`${count} rules`, many(count));
await check("1,000 rules and one of them", many(1000) + "rule one:\n  on Stop -> await lint5, lint6\n", "--rule", "one");

rmSync(folder, { recursive: true });
for (const line of refused) console.error(line);
console.log(`${drawn} drawn, ${refused.length} refused`);
process.exit(refused.length > 0 ? 1 : 0);
