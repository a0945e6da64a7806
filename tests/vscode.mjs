import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { test } from "node:test";

const { HOOKRULES_ROOT: root, HOOKRULES_VSIX: vsix } = process.env;
const listed = () => execFileSync("unzip", ["-Z1", vsix], { encoding: "utf8" }).trim().split("\n").sort();
const packed = (file) => execFileSync("unzip", ["-p", vsix, file], { encoding: "utf8", maxBuffer: 1 << 26 });
const manifest = JSON.parse(packed("extension/package.json"));

test("the package holds client, grammar and what describes them, and nothing else", () => {
  assert.deepEqual(listed(), [
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/icon.png",
    "extension/language-configuration.json",
    "extension/out/extension.js",
    "extension/out/hookrules-cases.tmLanguage.json",
    "extension/out/hookrules.tmLanguage.json",
    "extension/out/icon.svg",
    "extension/package.json",
    "extension/readme.md",
  ]);
});

test("there is no secret in it, and no path of the machine that built it", () => {
  for (const file of listed().filter((name) => name.startsWith("extension"))) {
    const text = packed(file);
    assert.doesNotMatch(text, /gh[pousr]_[A-Za-z0-9]{20}|sk-ant-|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|npm_[A-Za-z0-9]{30}/, file);
    assert.ok(!text.includes(root), file);
  }
});

test("its colours are the grammars of the repository, its icon is that of the site", () => {
  for (const { scopeName, path } of manifest.contributes.grammars) {
    assert.equal(packed(join("extension", path)), readFileSync(join(root, "grammar", basename(path)), "utf8"));
    assert.equal(JSON.parse(packed(join("extension", path))).scopeName, scopeName);
  }
  assert.equal(packed("extension/out/icon.svg"), readFileSync(join(root, "src/HookRules.Site/Assets/icon.svg"), "utf8"));
});

test("what the manifest names is there, and the version is that of the program", () => {
  const { grammars, languages } = manifest.contributes;
  const named = languages.flatMap(({ configuration, icon }) => [configuration, icon.light, icon.dark]);
  for (const file of [manifest.main, manifest.icon, ...grammars.map(({ path }) => path), ...named])
    assert.ok(listed().includes(join("extension", file)), file);
  const props = readFileSync(join(root, "Directory.Build.props"), "utf8");
  assert.equal(manifest.version, props.match(/<Version>(.*)<\/Version>/)[1]);
});

test("each command of the manifest is one that the client registers, and so is each of the server's", () => {
  const client = packed("extension/out/extension.js");
  const lenses = readFileSync(join(root, "src/HookRules.LanguageServer/Answers/CodeLenses.cs"), "utf8");
  const commands = manifest.contributes.commands.map((one) => one.command);
  for (const command of commands) assert.ok(client.includes(`"${command.split(".")[1]}"`), command);
  for (const [, command] of lenses.matchAll(/"(hookrules\.[a-z]+)"/g)) assert.ok(commands.includes(command), command);
});

test("the program is looked for in its places, in their order", () => {
  const { findProgram } = createRequire(import.meta.url)(join(root, ".build/vscode/out/program.js"));
  const machine = (there, platform = "linux", arch = "x64") => {
    return { platform, arch, env: { PATH: "/usr/bin:/opt/bin" }, home: "/home/me", exists: (path) => there.includes(path) };
  };
  const native = "/w/node_modules/@hookrules/linux-x64/bin/hookrules";
  const [own, path, installed] = ["/w/node_modules/.bin/hookrules", "/opt/bin/hookrules", "/home/me/.local/bin/hookrules"];
  assert.equal(findProgram("", ["/w"], machine([installed, path, own, native])), native);
  assert.equal(findProgram("", ["/w"], machine([installed, path, own])), own);
  assert.equal(findProgram("", ["/w"], machine([installed, path])), path);
  assert.equal(findProgram("", ["/w"], machine([installed])), installed);
  assert.equal(findProgram("", ["/w"], machine([])), undefined);
  assert.equal(findProgram("/my/own", ["/w"], machine(["/my/own", own])), "/my/own");
  assert.equal(findProgram("~/own", ["/w"], machine(["/home/me/own", own])), "/home/me/own");
  assert.equal(findProgram("/not/there", ["/w"], machine([own])), undefined);
  for (const [platform, arch, file] of [["win32", "x64", "win-x64/bin/hookrules.exe"], ["darwin", "arm64", "osx-arm64/bin/hookrules"]]) {
    const program = `/w/node_modules/@hookrules/${file}`;
    assert.equal(findProgram("", ["/w"], machine([program], platform, arch)), program);
  }
});

test("without an editor the client loads as far as its host", () => {
  assert.ok(existsSync(join(root, ".build/vscode/out/extension.js")));
  assert.throws(() => createRequire(import.meta.url)(join(root, ".build/vscode/out/extension.js")), /vscode/);
});
