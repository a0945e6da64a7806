// An editor: VS Code's own client library speaks to the server that is its child. A test for each ability, in both forms.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

const lsp = createRequire(join(process.env.HOOKRULES_CLIENT, "client.js"))("vscode-languageserver-protocol/node");

const forms = {
  "text form": {
    file: "main.hookrules",
    other: "hookrules.yaml",
    text: [
      'action ruff = run "ruff {file}"',
      'let src = "src/**"',
      "# one",
      "# two",
      "rule no-force:",
      '  on before Bash where runs "git push" with (-f)',
      '  -> deny "😀 x"',
      "",
      "on Write $src -> ruff, dedup 1s",
      'on Write *.md -> run "prettier {file}"',
      "",
    ].join("\n"),
    typo: ["before Bash", "befor Bash"],
    unused: 'action black = run "black"\n',
    field: "on before Bash where ",
    untidy: ["on Write $src ->", "on   Write   $src ->"],
  },
  YAML: {
    file: "hookrules.yaml",
    other: "main.hookrules",
    text: [
      "version: 1",
      "let:",
      '  src: "src/**"',
      "actions:",
      '  ruff: { run: "ruff {file}" }',
      "rules:",
      "  # one",
      "  # two",
      "  - name: no-force",
      "    on: before Bash",
      '    where: runs "git push" with (-f)',
      '    do: { deny: "😀 x" }',
      "  - on Write $src -> ruff, dedup 1s",
      '  - on Write *.md -> run "prettier {file}"',
      "",
    ].join("\n"),
    typo: ["before Bash", "befor Bash"],
    unused: null,
    field: '  - on: before Bash\n    where: ',
    untidy: ["  - on Write $src ->", "  - on   Write   $src ->"],
  },
};

for (const [name, form] of Object.entries(forms)) {
  describe(name, () => {
    let editor;
    before(async () => (editor = await Editor.start(form)));
    after(() => editor.end());

    test("diagnostics, while typing", async () => {
      assert.deepEqual(await editor.found(), []);
      const [found] = await editor.write(form.text.replace(...form.typo));
      assert.equal(found.code, "HR1001");
      assert.equal(editor.textOf(found.range), "befor");
      assert.match(found.data.explain, /explain HR1001/);
      assert.deepEqual(await editor.write(form.text), []);
    });

    test("completion", async () => {
      await editor.write(form.text + form.field);
      const { items } = await editor.ask("completion", editor.end_());
      const command = items.find((item) => item.label === "command");
      assert.ok(command.documentation.value.length > 5);
      assert.ok(items.some((item) => item.label === "runs"));
      assert.ok(!items.some((item) => item.label === "deny"));
      await editor.write(form.text);
    });

    test("hover", async () => {
      assert.match((await editor.ask("hover", editor.at("before"))).contents.value, /\*\*PreToolUse\*\*/);
      assert.match((await editor.ask("hover", editor.at("dedup"))).contents.value, /One run for many events/);
      assert.match((await editor.ask("hover", editor.at("{file}", 1))).contents.value, /a string/);
    });

    test("definition", async () => {
      const place = await editor.ask("definition", editor.at("-> ruff", 3));
      assert.equal(place.uri, editor.uri);
      assert.equal(editor.textOf(place.range), "ruff");
    });

    test("references", async () => {
      const places = await editor.ask("references", { ...editor.at("$src", 1), context: { includeDeclaration: true } });
      assert.deepEqual(places.map((place) => editor.textOf(place.range)), ["src", "src"]);
    });

    test("rename, in the cases too", async () => {
      const ready = await editor.ask("prepareRename", editor.at("no-force"));
      assert.equal(ready.placeholder, "no-force");
      const { changes } = await editor.ask("rename", { ...editor.at("no-force"), newName: "safe" });
      assert.equal(Editor.apply(form.text, changes[editor.uri]), form.text.replace("no-force", "safe"));
      assert.equal(Editor.apply(editor.cases, changes[editor.uriOf("main.cases")]), editor.cases.replace("no-force", "safe"));
      await assert.rejects(editor.ask("rename", { ...editor.at("no-force"), newName: "a b" }), /a name is/);
    });

    test("semantic tokens", async () => {
      const { data } = await editor.ask("semanticTokens/full", {});
      const legend = editor.capabilities.semanticTokensProvider.legend.tokenTypes;
      const kinds = new Map();
      let line = 0;
      let start = 0;
      for (let i = 0; i < data.length; i += 5) {
        start = data[i] === 0 ? start + data[i + 1] : data[i + 1];
        line += data[i];
        kinds.set(form.text.split("\n")[line].substr(start, data[i + 2]), legend[data[i + 3]]);
      }
      const expected = { ruff: "function", "no-force": "class", before: "event", Bash: "enumMember", src: "variable", deny: "keyword" };
      for (const [word, kind] of Object.entries(expected)) assert.equal(kinds.get(word), kind, word);
    });

    test("folding", async () => {
      const folds = await editor.ask("foldingRange", {});
      const comment = folds.find((fold) => fold.kind === "comment");
      assert.equal(comment.endLine, comment.startLine + 1);
      assert.ok(folds.some((fold) => fold.kind === undefined && fold.startLine === editor.at("no-force").position.line));
    });

    test("code lens", async () => {
      const lenses = await editor.ask("codeLens", {});
      const shown = [];
      for (const lens of lenses.slice(0, 3)) shown.push((await editor.connection.sendRequest("codeLens/resolve", lens)).command.title);
      assert.deepEqual(shown, ["1 case", "simulate", "0 runs today"]);
    });

    test("symbols", async () => {
      const names = (await editor.ask("documentSymbol", {})).map((symbol) => symbol.name);
      for (const name of ["ruff", "src", "no-force", "on Write $src"]) assert.ok(names.includes(name), `${name} in ${names}`);
    });

    test("formatting", async () => {
      await editor.write(form.text.replace(...form.untidy));
      const edits = await editor.ask("formatting", { options: { tabSize: 2, insertSpaces: true } });
      assert.ok(Editor.apply(editor.text, edits).includes("on Write $src -> ruff, dedup 1s"));
      await editor.write(form.text);
    });

    test("code action: the mend", async () => {
      await editor.write(form.text.replace(...form.typo));
      const action = await editor.action("befor Bash", "quickfix", /^Write "before"/);
      assert.equal(Editor.apply(editor.text, action.edit.changes[editor.uri]), form.text);
      await editor.write(form.text);
    });

    test("code action: silence, with a reason", async () => {
      const lonely = form.unused ? form.unused + form.text : form.text.replace("actions:\n", "actions:\n  black: { run: black }\n");
      await editor.write(lonely);
      const action = await editor.action("black", "quickfix", /^Silence HR2009/);
      assert.match(Editor.apply(editor.text, action.edit.changes[editor.uri]), /# hookrules: disable HR2009 because …\n *(action )?black/);
      await editor.write(form.text);
    });

    test("code action: make this an action", async () => {
      const action = await editor.action("prettier", "refactor.extract", /^Make this the action "prettier"/);
      const made = Editor.apply(editor.text, action.edit.changes[editor.uri]);
      assert.match(made, /on Write \*\.md -> prettier\n/);
      assert.deepEqual(await editor.write(made), []);
      await editor.write(form.text);
    });

    test("code action: write a case", async () => {
      const action = await editor.action("deny", "refactor", /^Write a case: deny no-force => /);
      assert.match(action.edit.changes[editor.uriOf("main.cases")][0].newText, /^deny no-force => git push.*-f.*\n$/);
    });

    test("code action: the other form", async () => {
      const action = await editor.action("deny", "refactor.rewrite", /^Turn this file into/);
      const [moved, written] = action.edit.documentChanges;
      assert.deepEqual([moved.kind, moved.newUri], ["rename", editor.uriOf(form.other)]);
      assert.ok(written.edits[0].newText.includes("# one"));
    });

    test("cases and settings have theirs", async () => {
      const cases = await editor.open("main.cases", "deyn no-force => git push -f\n");
      assert.equal(cases[0].code, "HR5010");
      const settings = await editor.open(".claude/settings.json", '{ "hooks": { "Stop": [], } }');
      assert.equal(settings[0].code, "HR3007");
      const uri = editor.uriOf(".claude/settings.json");
      const range = settings[0].range;
      const params = { textDocument: { uri }, range, context: { diagnostics: settings, only: ["quickfix"] } };
      const [repair] = await editor.connection.sendRequest("textDocument/codeAction", params);
      assert.equal(Editor.apply('{ "hooks": { "Stop": [], } }', repair.edit.changes[uri]), '{ "hooks": { "Stop": [] } }');
    });
  });
}

/** One file in an editor, in a project of its own. */
class Editor {
  version = 0;
  waiting = new Map();
  cases = "deny no-force => git push -f origin\n";

  static async start(form) {
    const editor = new Editor();
    editor.folder = mkdtempSync(join(tmpdir(), "hookrules editor-"));
    mkdirSync(join(editor.folder, ".claude"));
    writeFileSync(join(editor.folder, form.file), form.text);
    writeFileSync(join(editor.folder, "main.cases"), editor.cases);
    // The programs that the rules name, so that lint finds them.
    const programs = join(editor.folder, "bin");
    mkdirSync(programs);
    for (const name of ["ruff", "prettier", "black"]) writeFileSync(join(programs, name), "#!/bin/sh\n", { mode: 0o755 });
    editor.uri = editor.uriOf(form.file);
    const environment = { ...process.env, HOME: join(editor.folder, "home"), PATH: `${programs}:${process.env.PATH}` };
    editor.server = spawn(process.env.HOOKRULES_PROGRAM, ["lsp"], { cwd: editor.folder, env: environment, stdio: ["pipe", "pipe", "inherit"] });
    editor.connection = lsp.createProtocolConnection(
      new lsp.StreamMessageReader(editor.server.stdout),
      new lsp.StreamMessageWriter(editor.server.stdin),
    );
    editor.connection.onNotification("textDocument/publishDiagnostics", (told) => {
      const key = `${told.uri} ${told.version}`;
      editor.promise(key).resolve(told.diagnostics);
    });
    editor.connection.listen();
    const { capabilities } = await editor.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(editor.folder).href,
      capabilities: { workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ["create", "rename", "delete"] } } },
    });
    editor.capabilities = capabilities;
    await editor.connection.sendNotification("initialized", {});
    await editor.open(form.file, form.text);
    editor.text = form.text;
    editor.version = 1;
    return editor;
  }

  async end() {
    await this.connection.sendRequest("shutdown");
    const ended = new Promise((resolve) => this.server.on("exit", resolve));
    await this.connection.sendNotification("exit");
    assert.equal(await ended, 0, "the server ends as it should");
    this.connection.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  uriOf = (file) => pathToFileURL(join(this.folder, file)).href;

  promise(key) {
    if (!this.waiting.has(key)) this.waiting.set(key, Promise.withResolvers?.() ?? deferred());
    return this.waiting.get(key);
  }

  found = () => this.promise(`${this.uri} ${this.version}`).promise;

  async open(file, text) {
    const uri = this.uriOf(file);
    const languageId = file.endsWith(".hookrules") ? "hookrules" : file.endsWith(".json") ? "json" : "yaml";
    await this.connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } });
    return this.promise(`${uri} 1`).promise;
  }

  /** Types until the file has this text, and waits for what is told of it. */
  async write(text) {
    this.version++;
    const end = this.placeOf(this.text.length);
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.uri, version: this.version },
      contentChanges: [{ range: { start: { line: 0, character: 0 }, end }, text }],
    });
    this.text = text;
    return this.found();
  }

  ask = (what, parameters) => this.connection.sendRequest(`textDocument/${what}`, { textDocument: { uri: this.uri }, ...parameters });

  async action(near, kind, title) {
    const { position } = this.at(near);
    const parameters = { range: { start: position, end: position }, context: { diagnostics: [], only: [kind] } };
    const actions = await this.ask("codeAction", parameters);
    const found = actions.find((action) => title.test(action.title));
    assert.ok(found, `${title} in ${JSON.stringify(actions.map((action) => action.title))}`);
    return found;
  }

  at(words, inside = 0) {
    const offset = this.text.indexOf(words);
    assert.ok(offset >= 0, words);
    return { position: this.placeOf(offset + inside) };
  }

  end_ = () => ({ position: this.placeOf(this.text.length) });

  placeOf(offset) {
    const before = this.text.slice(0, offset).split("\n");
    return { line: before.length - 1, character: before.at(-1).length };
  }

  textOf = (range) => this.text.split("\n")[range.start.line].slice(range.start.character, range.end.character);

  static apply(text, edits) {
    const offset = (place) => text.split("\n").slice(0, place.line).join("\n").length + (place.line > 0 ? 1 : 0) + place.character;
    const places = edits.map((edit) => [offset(edit.range.start), offset(edit.range.end), edit.newText]);
    for (const [start, end, written] of places.sort((a, b) => b[0] - a[0])) text = text.slice(0, start) + written + text.slice(end);
    return text;
  }
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}
