// The plugin, installed from this checkout: Claude is taught, and is told its mistakes in rules and cases with its next step.
import { join, resolve } from "node:path";
import { check, Client, need } from "./client.mjs";
import { say, use } from "./scripted-model.mjs";

const checkout = resolve(import.meta.dirname, "../..");
const plugin = join(checkout, "src/HookRules.Plugin");
const parts = ["hookrules:rule", "hookrules:import", "hookrules:why", "hookrules:hookrules"];
const isListed = (request) => parts.every((part) => request?.text.includes(`- ${part}: `));

const client = new Client();
const valid = client.claude(checkout, "plugin", "validate", "--strict", plugin);
check(valid.code === 0, "the client calls the plugin valid (--strict)");
if (valid.code !== 0) console.log(valid.output);
check(client.claude(checkout, "plugin", "validate", "--strict", "./").code === 0, "and the marketplace");
need("marketplace", client.claude(checkout, "plugin", "marketplace", "add", "./"));
need("install", client.claude(checkout, "plugin", "install", "hookrules@hookrules"));

const write = (file, content) => use("Write", { file_path: join(client.project, file), content });
const edit = (file, old_string, new_string) => use("Edit", { file_path: join(client.project, file), old_string, new_string });
const goOn = () => use("Bash", { command: "true", description: "goes on" });
const guard = (on) => `rule no-force-push:\n  on ${on} Bash where runs "git push" with (-f)\n  -> deny "No force-push."\n`;
const yaml = (on) => `version: 1\nrules:\n  - name: no-force-push\n    on: ${on} Bash\n    where: runs "git push" with (-f)\n    do:\n      - deny: No force-push.\n`;

const seen = {};
function* script(first) {
  seen.first = first;
  seen.skill = yield use("Skill", { skill: "hookrules:hookrules" });
  seen.rules = yield write("main.hookrules", guard("befor"));
  // The language server has time to say it once more.
  seen.quiet = [yield goOn(), yield goOn(), yield goOn()];
  seen.edited = yield edit("main.hookrules", "befor Bash", "befroe Bash");
  seen.quiet.push(yield goOn(), yield edit("main.hookrules", "befroe Bash", "before Bash"), yield goOn());
  seen.cases = yield write("main.cases", "deyn no-force-push => git push -f\n");
  seen.quiet.push(yield goOn(), yield write("main.cases", "deny no-force-push => git push -f\n"), yield goOn());
  seen.yaml = yield write("below/hookrules.yaml", yaml("befor"));
  seen.quiet.push(yield goOn(), yield write("below/hookrules.yaml", yaml("before")), yield goOn());
  seen.yamlCases = yield write("below/hookrules.cases.yaml", "version: 1\ncases:\n  - deyn: x\n");
  seen.other = [yield write("notes.txt", guard("befor")), yield write("values.yaml", yaml("befor"))];
  seen.other.push(yield write("settings.json", '{"hooks":{"Stopp":[]}}\n'));
  seen.last = yield write("main.hookrules", guard("befor"));
  yield say("I am done.");
  yield say("Thank you.");
}
const prompts = ["/hookrules:rule no force push", "And now?"];
const { code, said, hooks } = await client.session({ prompts, script, thinking: 1000, options: ["--include-hook-events"] });

check(code === 0 && said === "Thank you.", `the session ends by itself (exit code ${code})`);
check(isListed(seen.first), "Claude sees the skill and the three commands");
check(seen.first?.text.includes("Write a hook rule for this wish: no force push"), "/hookrules:rule gives the wish to Claude");
check(seen.skill?.news.includes("# Hook rules"), "the skill gives Claude its page");
const says = (request, ...words) => words.every((word) => request?.news.includes(JSON.stringify(word).slice(1, -1)));
const times = (request, word) => request?.news.split(word).length - 1;
const isOf = (file, code, request) =>
  says(request, `hookrules lint, of ${file} as it was written: 1 error`) && times(request, `error ${code}: `) === 1 && !request.diagnostics;
const typo = 'main.hookrules:2:6: error HR1001: unknown event "befor"; did you mean "before"?';
check(isOf("main.hookrules", "HR1001", seen.rules) && says(seen.rules, typo), "a typo that is written into main.hookrules is told in the next request");
check(isOf("main.hookrules", "HR1001", seen.edited) && says(seen.edited, '"befroe"'), "and one that an edit makes");
check(isOf("main.cases", "HR5010", seen.cases), "and one in main.cases");
check(isOf("below/hookrules.yaml", "HR1001", seen.yaml), "and one in rules as YAML");
check(says(seen.yamlCases, "hookrules lint, of below/hookrules.cases.yaml as it was written: "), "and one in cases as YAML");
check(isOf("main.hookrules", "HR1001", seen.last), "what Claude writes last is told before the turn ends");
const isQuiet = (request) => request && !request.diagnostics && !says(request, "hookrules lint, of");
check(seen.quiet?.length === 12 && seen.quiet.every(isQuiet), "it is told once, and nothing of what is mended");
check(seen.other?.length === 3 && seen.other.every(isQuiet), "and nothing of files that are none of ours");
const ours = 9;
check(hooks === ours, `for which no process starts (${hooks} for ${ours} files of ours)`);

need("uninstall", client.claude(checkout, "plugin", "uninstall", "hookrules@hookrules"));
const trial = { prompts: ["Hello"], options: ["--plugin-dir", plugin, "--include-hook-events"] };
const tried = [];
function* hello(first) {
  tried.push(first, yield write("main.hookrules", guard("befro")));
  yield say("Hello.");
}
await client.session({ ...trial, script: hello });
check(isListed(tried[0]) && isOf("main.hookrules", "HR1001", tried[1]), "--plugin-dir tries it for one session");

tried.length = 0;
client.environment.PATH = process.env.PATH;
const without = await client.session({ ...trial, script: hello });
check(without.said === "Hello." && without.hooks === 1 && isQuiet(tried[1]), "without the program on PATH Claude goes on, and is told nothing");
client.end();
