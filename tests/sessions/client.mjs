// The real client in an empty home folder and a project of its own, and the promises that are checked with it.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ScriptedModel } from "./scripted-model.mjs";

const [claude, runtime] = process.argv.slice(2);

export class Client {
  constructor() {
    this.root = mkdtempSync(join(tmpdir(), "hookrules client-"));
    this.project = join(this.root, "project");
    mkdirSync(this.project);
    mkdirSync(join(this.root, "home"));
    this.environment = {
      PATH: `${runtime}:${process.env.PATH}`,
      HOME: join(this.root, "home"),
      LANG: "C.UTF-8",
      ANTHROPIC_API_KEY: "sk-ant-scripted",
      // Nobody listens there: outside of a session nothing is asked of a model, and no other server is tried.
      ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_TELEMETRY: "1",
    };
  }

  hookrules = (...words) => this.run("hookrules", words, this.project);

  /** The client's own commands, such as `plugin install`. */
  claude = (folder, ...words) => this.run(claude, words, folder);

  run(program, words, cwd) {
    const ran = spawnSync(program, words, { cwd, env: this.environment, encoding: "utf8", timeout: 60_000 });
    return { code: ran.status, output: `${ran.stdout}${ran.stderr}` };
  }

  /** One session: each prompt is given when the turn before it has ended. Hooks are counted with the option --include-hook-events. */
  async session({ prompts, script, thinking = 0, options = [] }) {
    const model = new ScriptedModel(script, thinking);
    const words = ["-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"];
    const child = spawn(claude, [...words, "--permission-mode", "acceptEdits", "--allowedTools", "Write Edit Bash Skill", ...options], {
      cwd: this.project,
      env: { ...this.environment, ANTHROPIC_BASE_URL: await model.listen() },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    const late = setTimeout(() => child.kill("SIGKILL"), 120_000);
    const left = [...prompts];
    const prompt = () => {
      const content = left.shift();
      if (content === undefined) child.stdin.end();
      else child.stdin.write(`${JSON.stringify({ type: "user", message: { role: "user", content } })}\n`);
    };
    let said = "";
    let hooks = 0;
    prompt();
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line);
      if (event.subtype === "hook_started") hooks++;
      if (event.type !== "result") continue;
      said = event.result;
      prompt();
    }
    const code = await ended;
    clearTimeout(late);
    model.close();
    return { code, said, hooks, requests: model.requests };
  }

  end() {
    if (process.exitCode) console.log(`the project is kept: ${this.root}`);
    else rmSync(this.root, { recursive: true, force: true });
  }
}

export function check(holds, promise) {
  console.log(`${holds ? "holds " : "BROKEN"}  ${promise}`);
  if (!holds) process.exitCode = 1;
}

/** What has to be so before a promise can be looked at. */
export function need(step, { code, output }) {
  if (code === 0) return;
  console.error(`tests/client: ${step}: ${output}`);
  process.exit(3);
}
