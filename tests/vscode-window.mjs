// VS Code (code-server, in Chromium) with the extension, a home folder of its own and a folder that is open; what its user sees and does.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

const { HOOKRULES_EDITOR, HOOKRULES_PICTURES, HOOKRULES_PROGRAM, HOOKRULES_VSIX } = process.env;
const { chromium } = createRequire(join(HOOKRULES_EDITOR, "client.js"))("playwright-core");
const codeServer = join(HOOKRULES_EDITOR, "node_modules/code-server/out/node/entry.js");

const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.colorTheme": "Default Light Modern",
  "workbench.editor.useModal": "off",
  "chat.disableAIFeatures": true,
  "terminal.integrated.gpuAcceleration": "off",
  "editor.minimap.enabled": false,
  "editor.autoClosingBrackets": "never",
  "editor.autoClosingQuotes": "never",
};

/** A folder that is open in VS Code. */
export class Editor {
  async start(files) {
    this.home = mkdtempSync(join(tmpdir(), "hookrules vscode-"));
    this.folder = join(this.home, "project");
    for (const [file, lines] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      writeFileSync(join(this.folder, file), lines.join("\n"));
    }
    // PATH is what a shell of the user has, as where VS Code is started from a menu.
    mkdirSync(join(this.home, "programs"));
    writeFileSync(join(this.home, ".profile"), 'PATH="$HOME/programs:$PATH"\n');
    mkdirSync(join(this.home, "data/User"), { recursive: true });
    writeFileSync(join(this.home, "data/User/settings.json"), JSON.stringify(quietSettings));
    const places = ["--user-data-dir", join(this.home, "data"), "--extensions-dir", join(this.home, "extensions")];
    const env = { ...process.env, HOME: this.home, SHELL: "/bin/bash" };
    execFileSync(process.execPath, [codeServer, ...places, "--install-extension", HOOKRULES_VSIX], { env, stdio: "ignore" });
    const quiet = ["--auth", "none", "--disable-workspace-trust", "--disable-telemetry", "--disable-update-check"];
    const args = [codeServer, ...places, ...quiet, "--disable-getting-started-override", "--bind-addr", "127.0.0.1:0"];
    this.server = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] });
    const address = await new Promise((resolve, reject) => {
      let told = "";
      this.server.stdout.on("data", (data) => {
        const [, found] = (told += data).match(/listening on (http:.*)\/\s/) ?? [];
        if (found !== undefined) resolve(found);
      });
      this.server.on("exit", () => reject(new Error(`code-server ended: ${told}`)));
    });
    this.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
    this.page = await this.browser.newPage({ viewport: { width: 1280, height: 860 } });
    this.page.setDefaultTimeout(10000);
    await this.page.goto(`${address}/?folder=${encodeURIComponent(this.folder)}`);
    await this.until(async () => (await this.page.locator(".explorer-viewlet .monaco-list-row").count()) > 0, "the folder is open", 40000);
  }

  async end() {
    await this.browser?.close();
    if (this.server?.exitCode === null) {
      const ended = new Promise((resolve) => this.server.on("exit", resolve));
      this.server.kill();
      await ended;
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** Puts the program on PATH. */
  install = () => symlinkSync(HOOKRULES_PROGRAM, join(this.home, "programs/hookrules"));

  /** Says it in the settings of this machine, as its user does. */
  async setting(name, value) {
    await this.command("Preferences: Open Remote Settings (JSON)");
    await this.page.locator(".tab.active", { hasText: "settings.json" }).waitFor();
    await this.lines().first().click();
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(JSON.stringify({ [name]: value }));
    await this.page.keyboard.press("Control+S");
    await this.page.locator(".tab.active:not(.dirty)").waitFor();
  }

  async theme(name) {
    const workbench = this.page.locator(`.monaco-workbench.${name === "dark" ? "vs-dark" : "vs"}`);
    if ((await workbench.count()) === 0) await this.command("Preferences: Toggle between Light/Dark Themes");
    await workbench.waitFor();
  }

  async open(file) {
    await this.choose("Control+P", file);
    await this.page.locator(".tab.active", { hasText: basename(file) }).waitFor();
    await this.page.locator(".editor-group-container.active .view-line").first().waitFor();
  }

  command = (title) => this.choose("F1", title);

  async choose(key, text) {
    const input = this.page.locator(".quick-input-widget input").first();
    await this.page.keyboard.press(key);
    await input.waitFor();
    await this.page.keyboard.insertText(text);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: basename(text) }).waitFor();
    await this.page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
  }

  /** The row of the list of problems that holds this text. */
  async problem(text) {
    const list = this.page.locator(".markers-panel");
    if (!(await list.isVisible())) await this.command("Problems: Focus on Problems View");
    const row = list.locator(".monaco-list-row", { hasText: text }).first();
    await row.waitFor();
    return row;
  }

  lines = () => this.page.locator(".editor-group-container.active .monaco-editor .view-lines .view-line");

  async text() {
    const lines = await this.lines().evaluateAll((all) => all.map((line) => [parseFloat(line.style.top), line.textContent]));
    return lines.sort((a, b) => a[0] - b[0]).map(([, text]) => text.replaceAll("\u00a0", " ")).join("\n");
  }

  /** The piece of a line that begins with this word. */
  word = (text) => this.lines().locator("span span").filter({ hasText: new RegExp(`^\\s*${text.replace("$", "\\$")}`) }).first();

  colour = (text) => this.word(text).evaluate((piece) => getComputedStyle(piece).color);

  async typeAtEnd(text) {
    await this.lines().first().click();
    await this.page.keyboard.press("Control+End");
    this.before = await this.text();
    await this.page.keyboard.type(text);
  }

  async takeBack() {
    await this.page.keyboard.press("Escape");
    await this.until(async () => {
      if ((await this.text()) === this.before) return true;
      await this.page.keyboard.press("Control+Z");
      return false;
    }, "what was typed is taken back");
  }

  /** What the terminal in front says, when it says this. */
  async terminal(expected) {
    let said = "";
    await this.until(async () => {
      const rows = await this.page.locator(".terminal-wrapper.active .xterm-rows > div").allInnerTexts();
      said = rows.join("").replaceAll("\u00a0", " ");
      return expected.test(said);
    }, `the terminal says ${expected}`);
    return said;
  }

  /** The page of a webview, which stands in a frame in a frame. */
  drawn = async () => {
    const frames = () => this.page.frames().filter((frame) => frame.parentFrame()?.parentFrame());
    await this.until(async () => frames().length > 0, "a page is drawn");
    return frames().at(-1);
  };

  async until(holds, what, patience = 15000) {
    const end = Date.now() + patience;
    while (!(await holds())) {
      if (Date.now() > end) assert.fail(`not in time: ${what}`);
      await this.page.waitForTimeout(100);
    }
  }

  async picture(name) {
    await this.page.waitForTimeout(400);
    await this.page.screenshot({ path: join(HOOKRULES_PICTURES, `${name}.png`) });
  }
}
