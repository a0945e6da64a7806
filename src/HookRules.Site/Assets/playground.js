// The page of the playground: asks the compiler after each change, and shows its answers as text.
import { dotnet } from "./_framework/dotnet.js";

const at = id => document.getElementById(id);
const link = new URLSearchParams(location.hash.slice(1));
if (link.has("rules")) at("rules").value = link.get("rules");

const state = at("state");
let answers = null;

const show = () => {
  const rules = at("rules").value;
  const started = performance.now();
  const tell = (id, answer, nothing) => {
    let text;
    try {
      text = answer();
    } catch (error) {
      text = `A mistake in the playground: ${error.message}`;
    }
    // Text and never HTML: rules and payloads are a stranger's.
    at(id).textContent = text || nothing;
  };
  tell("lint", () => answers.Lint(rules), "Nothing to find fault with.");
  tell("simulate", () => answers.Simulate(rules, at("payload").value), "");
  tell("format", () => answers.Format(rules), "");
  tell("settings", () => answers.Settings(rules), "No entry is needed.");
  state.textContent = `Answered in ${Math.round(performance.now() - started)} ms.`;
};

const sample = () => {
  const [event, tool] = at("sample").value.split(" ");
  at("payload").value = JSON.stringify(JSON.parse(answers.Sample(event, tool ?? "")), null, 2);
};

let waiting = 0;
const soon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 200);
};

try {
  const runtime = await dotnet.create();
  const exports = await runtime.getAssemblyExports(runtime.getConfig().mainAssemblyName);
  answers = exports.HookRules.Playground.PlaygroundPage;
  if (link.has("payload")) at("payload").value = link.get("payload");
  else sample();
  show();
  at("rules").addEventListener("input", soon);
  at("payload").addEventListener("input", soon);
  at("sample").addEventListener("change", () => { sample(); show(); });
  at("take").addEventListener("click", () => { at("rules").value = at("format").textContent; show(); });
  at("share").addEventListener("click", async () => {
    const parts = new URLSearchParams({ rules: at("rules").value, payload: at("payload").value });
    history.replaceState(null, "", `#${parts}`);
    await navigator.clipboard?.writeText(location.href);
  });
} catch (error) {
  state.textContent = location.protocol === "file:"
    ? "A browser starts no compiler from a file. Serve the folder, for example with: python3 -m http.server"
    : `The compiler could not be started: ${error.message}`;
}
