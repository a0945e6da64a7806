// Claude writes a file with a mistake, works on, says that it is done, and mends the file when it is held.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, Client, need } from "./client.mjs";
import { say, use } from "./scripted-model.mjs";

const client = new Client();
writeFileSync(
  join(client.project, "main.hookrules"),
  'action lint = run ["./lint.sh", "{file}"]\non after Write|Edit *.py -> lint, dedup 100ms, feedback\non Stop -> await lint\n',
);
const lint = join(client.project, "lint.sh");
writeFileSync(lint, '#!/bin/sh\necho run >>runs\nif grep -q bad "$1"; then echo "a.py:1: E999 this is bad"; exit 1; fi\n');
chmodSync(lint, 0o755);
need("compile", client.hookrules("compile"));

const write = (content) => use("Write", { file_path: join(client.project, "a.py"), content });
const script = [
  write("bad\n"),
  use("Bash", { command: "sleep 2; echo on", description: "goes on" }),
  say("I am done."),
  write("good\n"),
  say("Now it is mended."),
];
const { code, said, requests } = await client.session({ prompts: ["write a file"], script: () => script.values() });

const told = (request) => (request?.text ?? "").split("E999 this is bad").length - 1;
check(code === 0, `the session ends by itself (exit code ${code})`);
check(requests.length === script.length, `the model is asked ${script.length} times (${requests.length})`);
check(told(requests[1]) === 0, "nothing is told before the check has run");
const context = "PostToolBatch hook additional context: hookrules: 1 check failed";
check(requests[2]?.news.includes(context), "the failed lint is in the next batch's context");
check(told(requests[2]) === 1, "it is told once");
check(requests[3]?.news.includes("Stop hook"), "Stop is held while the lint fails");
check(told(requests[4]) === 1, "after the mend nothing is told again");
check(said === "Now it is mended.", "Stop is let go when it is mended");
check(readFileSync(join(client.project, "runs"), "utf8").trim().split("\n").length === 2, "the lint ran twice: once for each write");
client.hookrules("run", "--stop");
client.end();
