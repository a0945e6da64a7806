// The plugin, installed from this checkout: Claude is taught, and is told its mistakes in rules and cases without looking for them.
import { join, resolve } from "node:path";
import { check, Client, need } from "./client.mjs";
import { say, use } from "./scripted-model.mjs";

const checkout = resolve(import.meta.dirname, "../..");
const plugin = join(checkout, "src/HookRules.Plugin");
const parts = ["hookrules:rule", "hookrules:import", "hookrules:why", "hookrules:hookrules"];
const isListed = (request) => parts.every((part) => request?.text.includes(`- ${part}: `));

// Claude Code sends a written file to the language server and goes on without waiting. The answer to a first file stands in the request
// after the next; the server is started for it. A real model takes seconds for an answer: one second is little.
const thinking = 1000;
const mostSteps = 2;

const client = new Client();
const valid = client.claude(checkout, "plugin", "validate", "--strict", plugin);
check(valid.code === 0, "the client calls the plugin valid (--strict)");
if (valid.code !== 0) console.log(valid.output);
check(client.claude(checkout, "plugin", "validate", "--strict", "./").code === 0, "and the marketplace");
need("marketplace", client.claude(checkout, "plugin", "marketplace", "add", "./"));
need("install", client.claude(checkout, "plugin", "install", "hookrules@hookrules"));

const rules = join(client.project, "main.hookrules");
const cases = join(client.project, "main.cases");
const write = (file_path, content) => use("Write", { file_path, content });
const goOn = () => use("Bash", { command: "true", description: "goes on" });
const guard = (on) => `rule no-force-push:\n  on ${on} Bash where runs "git push" with (-f)\n  -> deny "No force-push."\n`;

/** Goes on until the request that carries diagnostics, at most as far as the promise reaches. */
function* untilTold(request) {
  const steps = [request];
  while (!steps.at(-1).diagnostics && steps.length < mostSteps) steps.push(yield goOn());
  return { steps: steps.length, text: steps.at(-1).diagnostics };
}

const seen = {};
function* script(first) {
  seen.first = first;
  seen.skill = yield use("Skill", { skill: "hookrules:hookrules" });
  seen.rules = yield* untilTold(yield write(rules, guard("befor")));
  seen.again = [yield goOn()];
  const mend = use("Edit", { file_path: rules, old_string: "befor Bash", new_string: "before Bash" });
  seen.mended = [yield mend, yield goOn(), yield goOn()];
  seen.cases = yield* untilTold(yield write(cases, "deyn no-force-push => git push -f\n"));
  seen.mended.push(yield write(cases, "deny no-force-push => git push -f\n"), yield goOn());
  yield write(rules, guard("befor"));
  seen.next = yield say("I am done.");
  yield say("Thank you.");
}
const prompts = ["/hookrules:rule no force push", "And now?"];
const { code, said } = await client.session({ prompts, script, thinking });

check(code === 0 && said === "Thank you.", `the session ends by itself (exit code ${code})`);
check(isListed(seen.first), "Claude sees the skill and the three commands");
check(seen.first?.text.includes("Write a hook rule for this wish: no force push"), "/hookrules:rule gives the wish to Claude");
check(seen.skill?.news.includes("# Hook rules"), "the skill gives Claude its page");
const says = (found, ...words) => words.every((word) => found?.text.includes(word));
const typo = ["[Line 2:6]", 'unknown event \\"befor\\"; did you mean \\"before\\"?', "[HR1001] (hookrules)"];
check(says(seen.rules, ...typo), `a typo in main.hookrules is told within ${mostSteps} requests (${seen.rules?.steps})`);
check(seen.again?.every((request) => !request.diagnostics), "it is told once");
check(says(seen.cases, "main.cases", "[HR5010] (hookrules)"), `and one in main.cases (${seen.cases?.steps})`);
check(seen.mended?.length === 5 && seen.mended.every((request) => !request.diagnostics), "nothing is told of what is mended");
check(seen.next?.diagnostics.includes("[HR1001]"), "what Claude writes last comes with the next prompt");

need("uninstall", client.claude(checkout, "plugin", "uninstall", "hookrules@hookrules"));
let tried;
const trial = function* (first) {
  tried = first;
  yield say("Hello.");
};
await client.session({ prompts: ["Hello"], script: trial, options: ["--plugin-dir", plugin] });
check(isListed(tried), "--plugin-dir tries it for one session");
client.end();
