// A scripted model: it writes a file with a mistake, works on, says that it is done, and mends the file when it is held.
import { createServer } from "node:http";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [claude, runtime] = process.argv.slice(2);
const root = mkdtempSync(join(tmpdir(), "hookrules client-"));
const project = join(root, "project");
const home = join(root, "home");
mkdirSync(project);
mkdirSync(home);
const file = join(project, "a.py");

writeFileSync(
  join(project, "main.hookrules"),
  'action lint = run ["./lint.sh", "{file}"]\non after Write|Edit *.py -> lint, dedup 100ms, feedback\non Stop -> await lint\n',
);
writeFileSync(join(project, "lint.sh"), '#!/bin/sh\necho run >>runs\nif grep -q bad "$1"; then echo "a.py:1: E999 this is bad"; exit 1; fi\n');
chmodSync(join(project, "lint.sh"), 0o755);

const environment = {
  PATH: `${runtime}:${process.env.PATH}`,
  HOME: home,
  LANG: "C.UTF-8",
  ANTHROPIC_API_KEY: "sk-ant-scripted",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_TELEMETRY: "1",
};
const compiled = spawnSync("hookrules", ["compile"], { cwd: project, env: environment, encoding: "utf8" });
if (compiled.status !== 0) fail(`compile: ${compiled.stdout}${compiled.stderr}`);

const write = (content) => ({ type: "tool_use", name: "Write", input: { file_path: file, content } });
const script = [
  write("bad\n"),
  { type: "tool_use", name: "Bash", input: { command: "sleep 2; echo on", description: "goes on" } },
  { type: "text", text: "I am done." },
  write("good\n"),
  { type: "text", text: "Now it is mended." },
];
const requests = [];

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    if (request.method !== "POST" || !request.url.startsWith("/v1/messages") || request.url.includes("count_tokens")) {
      response.writeHead(request.method === "POST" ? 200 : 404, { "content-type": "application/json" });
      response.end('{"input_tokens":1}');
      return;
    }
    const body = JSON.parse(Buffer.concat(parts).toString("utf8"));
    // Other requests of the client, for titles and the like, offer no tool that writes.
    const isSession = (body.tools ?? []).some((tool) => tool.name === "Write");
    let block = { type: "text", text: "ok" };
    if (isSession) {
      block = script[Math.min(requests.length, script.length - 1)];
      requests.push(JSON.stringify(body.messages.slice(1)));
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events(body.model, block, requests.length)) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    response.end();
  });
});

server.listen(0, "127.0.0.1", () => {
  const child = spawn(claude, ["-p", "write a file", "--permission-mode", "acceptEdits", "--allowedTools", "Write Bash"], {
    cwd: project,
    env: { ...environment, ANTHROPIC_BASE_URL: `http://127.0.0.1:${server.address().port}` },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (part) => (said += part));
  const late = setTimeout(() => child.kill("SIGKILL"), 120_000);
  child.on("exit", (code) => {
    clearTimeout(late);
    server.close();
    judge(code, said);
  });
});

function judge(code, said) {
  const told = (text) => text.split("E999 this is bad").length - 1;
  check(code === 0, `the session ends by itself (exit code ${code})`);
  check(requests.length === script.length, `the model is asked ${script.length} times (${requests.length})`);
  check(told(requests[1] ?? "") === 0, "nothing is told before the check has run");
  check((requests[2] ?? "").includes("PostToolBatch hook additional context: hookrules: 1 check failed"), "the failed lint is in the next batch's context");
  check(told(requests[2] ?? "") === 1, "it is told once");
  check((requests[3] ?? "").includes("Stop hook"), "Stop is held while the lint fails");
  check(told(requests[4] ?? "") === 1, "after the mend nothing is told again");
  check(said.trim() === "Now it is mended.", "Stop is let go when it is mended");
  check(readFileSync(join(project, "runs"), "utf8").trim().split("\n").length === 2, "the lint ran twice: once for each write");
  spawnSync("hookrules", ["run", "--stop"], { cwd: project, env: environment });
  if (process.exitCode) console.log(`the project is kept: ${root}`);
  else rmSync(root, { recursive: true, force: true });
}

function check(holds, promise) {
  console.log(`${holds ? "holds " : "BROKEN"}  ${promise}`);
  if (!holds) process.exitCode = 1;
}

function fail(why) {
  console.error(`tests/client: ${why}`);
  process.exit(3);
}

function* events(model, block, number) {
  const message = { id: `msg_${number}`, type: "message", role: "assistant", model, content: [], stop_reason: null };
  yield { type: "message_start", message: { ...message, usage: { input_tokens: 1, output_tokens: 1 } } };
  const isTool = block.type === "tool_use";
  const start = isTool ? { type: "tool_use", id: `toolu_${number}`, name: block.name, input: {} } : { type: "text", text: "" };
  yield { type: "content_block_start", index: 0, content_block: start };
  const delta = isTool ? { type: "input_json_delta", partial_json: JSON.stringify(block.input) } : { type: "text_delta", text: block.text };
  yield { type: "content_block_delta", index: 0, delta };
  yield { type: "content_block_stop", index: 0 };
  yield { type: "message_delta", delta: { stop_reason: isTool ? "tool_use" : "end_turn", stop_sequence: null }, usage: { output_tokens: 1 } };
  yield { type: "message_stop" };
}
