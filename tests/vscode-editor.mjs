// VS Code with the extension, as somebody sees it who opens a folder and types. What stands on the screen is asked, not the extension.
import assert from "node:assert/strict";
import { basename } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { Editor } from "./vscode-window.mjs";

const forms = {
  "text form": {
    file: ".claude/main.hookrules",
    text: [
      "# What is checked",
      'action ruff = run "true {file}"',
      'let src = "src/**"',
      "",
      "rule no-force:",
      '  on befor Bash where runs "git push" with (-f)',
      '  -> deny "not with force"',
      "",
      "on   Write   $src -> ruff, dedup 1s",
      "",
    ],
    place: "[Ln 6, Col 6]",
    open: "on before Bash where ",
    laidOut: "on Write $src -> ruff, dedup 1s",
  },
  YAML: {
    file: "extra.hookrules.yaml",
    text: [
      "version: 1",
      "let:",
      '  src: "src/**"',
      "actions:",
      '  ruff: { run: "true {file}" }',
      "rules:",
      "  - name: no-force",
      "    on: befor Bash",
      '    where: runs "git push" with (-f)',
      '    do: { deny: "not with force" }',
      "  - on   Write   $src -> ruff, dedup 1s",
      "",
    ],
    place: "[Ln 8, Col 9]",
    open: "  - on before Bash where ",
    laidOut: "- on Write $src -> ruff, dedup 1s",
  },
};

const others = {
  ".claude/main.cases": ["# one", "deyn no-force => git push -f origin", "deny no-force => git push -f origin", ""],
  ".claude/settings.json": ['{ "hooks": { "Stop": [], } }'],
  ".claude/hookrules.local.yml": ["version: 1", "rules:", '  - on befor Bash -> deny "no"', ""],
  "other.yaml": ["rules:", "  - on befor Bash -> deny", ""],
};

const files = { ...others, ...Object.fromEntries(Object.values(forms).map((form) => [form.file, form.text])) };

const editor = new Editor();
before(() => editor.start(files));
afterEach((one) => one.passed || editor.picture(`failed: ${one.name}`.replaceAll("/", " ")));
after(() => editor.end());

test("without the program it says where it looked and how to install it, and looks again when asked", async () => {
  await editor.open("other.yaml");
  await editor.open(forms["text form"].file);
  const told = editor.page.locator(".notification-toast", { hasText: "hookrules" });
  await told.getByText("on PATH").waitFor();
  assert.match(await told.innerText(), /npm install --save-dev hookrules/);
  assert.equal(await told.getByRole("button", { name: "How to install it" }).count(), 1);
  await editor.picture("missing");
  editor.install();
  await told.getByRole("button", { name: "Look again" }).click();
  await editor.problem("befor");
  assert.equal(await told.count(), 0);
});

for (const [name, form] of Object.entries(forms)) {
  describe(name, () => {
    before(() => editor.open(form.file));

    test("the mistake is in the list of problems, with its code and its page", async () => {
      const row = await editor.problem(form.place);
      assert.match(await row.innerText(), /unknown event "befor"; did you mean "before"\?\s+hookrules\s*\(?HR1001/);
      assert.ok((await editor.page.locator(".squiggly-error").count()) > 0);
    });

    test("words have their colours, in light and in dark", async () => {
      for (const theme of ["light", "dark"]) {
        await editor.theme(theme);
        for (const word of ["no-force", "Bash", "deny"]) {
          const isApart = async () => (await editor.colour(word)) !== (await editor.colour("befor"));
          await editor.until(isApart, `"${word}" has a colour of its own`);
        }
        await editor.picture(`${basename(form.file)}-${theme}`);
      }
    });

    test("completion offers the words of the place, with a sentence about the chosen one", async () => {
      await editor.typeAtEnd(form.open);
      const offered = editor.page.locator(".suggest-widget .monaco-list-row");
      await offered.getByText("runs", { exact: true }).waitFor();
      assert.match(await editor.page.locator(".suggest-widget .monaco-list-row.focused").innerText(), /The condition does not hold/);
      await editor.picture(`${basename(form.file)}-completion`);
      await editor.takeBack();
    });

    test("a page stands under the pointer", async () => {
      await editor.word("deny").hover();
      const page = editor.page.locator(".monaco-hover", { hasText: "Refuse it" });
      await page.waitFor();
      assert.match(await page.innerText(), /Claude reads the reason/);
      await editor.picture(`${basename(form.file)}-hover`);
      await editor.page.keyboard.press("Escape");
    });

    test("the repair repairs, and the mistake is gone", async () => {
      await editor.word("befor").click();
      await editor.page.keyboard.press("Control+.");
      await editor.page.locator(".action-widget").getByText('Write "before"').waitFor();
      await editor.picture(`${basename(form.file)}-repair`);
      await editor.page.locator(".action-widget").getByText('Write "before"').click();
      await editor.until(async () => /before Bash/.test(await editor.text()), "the word is repaired");
      const isType = async () => (await editor.colour("before")) === (await editor.colour("no-force"));
      await editor.until(isType, "an event has the colour of a type");
      const rows = editor.page.locator(".markers-panel .monaco-list-row", { hasText: form.place });
      await editor.until(async () => (await rows.count()) === 0, "the mistake is gone");
      await editor.page.keyboard.press("Control+S");
    });

    test("the layout is that of fmt", async () => {
      await editor.command("Format Document");
      await editor.until(async () => (await editor.text()).includes(form.laidOut), "the rule is laid out");
      await editor.page.keyboard.press("Control+S");
    });

    test("above a rule stands how many cases reach it, and a click simulates this file", async () => {
      const lens = editor.page.locator(".codelens-decoration").first();
      await editor.until(async () => /\d cases?\s*\|\s*simulate\s*\|\s*0 runs today/.test(await lens.innerText()), "the numbers");
      await lens.getByText("simulate").click();
      const said = await editor.terminal(/Claude Code gets: nothing.*press any key to close/);
      assert.match(said, /no match no-force/);
      assert.ok(said.includes(basename(form.file)), said);
      await editor.picture(`${basename(form.file)}-simulate`);
    });
  });
}

test("cases have colours, mistakes, and what ran stays to be read", async () => {
  await editor.open(".claude/main.cases");
  assert.match(await (await editor.problem("deyn")).innerText(), /HR5010/);
  await editor.until(async () => (await editor.colour("deny")) !== (await editor.colour("git")), "an expectation has a colour");
  assert.notEqual(await editor.colour("#"), await editor.colour("git"));
  await editor.command("HookRules: Run the cases");
  assert.match(await editor.terminal(/passed, \d failed.*press any key to close/), /coverage/);
  await editor.picture("cases");
});

test("settings files and rules of one's own are ours, other YAML is not", async () => {
  await editor.open(".claude/settings.json");
  assert.match(await (await editor.problem("HR3007")).innerText(), /hookrules/);
  await editor.open(".claude/hookrules.local.yml");
  assert.match(await (await editor.problem("[Ln 3, Col 8]")).innerText(), /hookrules/);
  assert.equal(await editor.page.locator(".markers-panel .monaco-list-row", { hasText: "other.yaml" }).count(), 0);
});

test("the graph is drawn beside the rules, in the colours of the editor", async () => {
  await editor.open(forms["text form"].file);
  for (const theme of ["light", "dark"]) {
    await editor.theme(theme);
    await editor.command("HookRules: Show the graph");
    const page = await editor.drawn();
    await page.getByText("PreToolUse").first().waitFor();
    const paper = await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
    assert.equal(paper, theme === "dark" ? "rgb(17, 24, 39)" : "rgb(255, 255, 255)");
    await editor.picture(`graph-${theme}`);
    await editor.command("View: Close All Editors in Group");
    await editor.open(forms["text form"].file);
  }
});

test("a path that is set counts at once, and a wrong one is told", async () => {
  await editor.setting("hookrules.path", "/not/there");
  const told = editor.page.locator(".notification-toast", { hasText: "names /not/there" });
  await told.waitFor();
  assert.equal(await told.getByRole("button", { name: "Name its path" }).count(), 1);
  await editor.picture("wrong-path");
  await told.hover();
  await told.getByRole("button", { name: /Clear/ }).click();
  await editor.setting("hookrules.path", process.env.HOOKRULES_PROGRAM);
  await editor.open(forms["text form"].file);
  await editor.typeAtEnd("on Nothing -> ruff\n");
  await editor.problem("Nothing");
  await editor.takeBack();
});

test("in all of that the editor had nothing to complain of", async () => {
  await editor.command("Notifications: Show Notifications");
  assert.deepEqual(await editor.page.locator(".notifications-center .notification-list-item").allInnerTexts(), []);
});
