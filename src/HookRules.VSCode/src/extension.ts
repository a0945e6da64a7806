import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";
import { findProgram } from "./program";

const Documentation = "https://github.com/hookrules/hookrules#install";
const PayloadHint = "name of an event, as PreToolUse or Stop";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const register = (name: string, run: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(`hookrules.${name}`, run));
  register("test", (uri?: string) => inTerminal(uri, ["test", "--coverage"]));
  register("status", (uri?: string) => inTerminal(uri, ["status"]));
  register("graph", (uri?: string) => inTerminal(uri, ["graph", "--format", "mermaid"]));
  register("simulate", async (uri?: string, _rule?: string, event?: string) => {
    const name = event ?? (await vscode.window.showInputBox({ prompt: "Simulate which event?", placeHolder: PayloadHint }));
    if (name !== undefined && /^[A-Za-z]+$/.test(name)) inTerminal(uri, ["simulate", "--event", name, "--explain"]);
  });
  register("restart", async () => {
    await client?.stop();
    await start();
  });
  await start();
}

export const deactivate = (): Thenable<void> | undefined => client?.stop();

const program = () =>
  findProgram(
    vscode.workspace.getConfiguration("hookrules").get<string>("path", ""),
    (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
  );

async function start(): Promise<void> {
  const command = program();
  if (command === undefined) return void offerInstall();
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: "hookrules" },
      { language: "hookrules-cases" },
      { pattern: "**/{hookrules,hookrules.local}.{yaml,yml}" },
      { pattern: "**/*.{hookrules,cases}.{yaml,yml}" },
      { pattern: "**/.claude/settings{,.local}.json" },
      { pattern: "**/hooks/hooks.json" },
    ],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/{*.hookrules,*.cases,hookrules*.yaml,settings*.json}") },
  };
  client = new LanguageClient("hookrules", "HookRules", { command, args: ["lsp"] }, options);
  await client.start();
}

async function offerInstall(): Promise<void> {
  const install = "How to install it";
  const chosen = await vscode.window.showWarningMessage("HookRules: the program hookrules is not on this machine.", install);
  if (chosen === install) await vscode.env.openExternal(vscode.Uri.parse(Documentation));
}

/** The program itself is what the terminal runs: no word of a file is read by a shell. */
function inTerminal(uri: string | undefined, args: string[]): void {
  const shellPath = program();
  if (shellPath === undefined) return void offerInstall();
  const file = uri === undefined ? vscode.window.activeTextEditor?.document.uri : vscode.Uri.parse(uri);
  const cwd = file?.scheme === "file" ? vscode.Uri.joinPath(file, "..") : vscode.workspace.workspaceFolders?.[0]?.uri;
  const terminal = vscode.window.createTerminal({ name: `hookrules ${args[0]}`, shellPath, shellArgs: args, cwd });
  terminal.show();
}
