import * as vscode from "vscode";
import { inTerminal, picture, target } from "./runs";
import { Server } from "./server";

const PayloadHint = "name of an event, as PreToolUse or Stop";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const started = (server = new Server());
  const register = (name: string, run: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(`hookrules.${name}`, run));
  register("test", (uri?: string) => inTerminal(started, target(uri).cwd, ["test", "--coverage"]));
  register("status", (uri?: string) => inTerminal(started, target(uri).cwd, ["status"]));
  register("graph", (uri?: string) => {
    const { rules, cwd } = target(uri);
    return picture(started, cwd, ["graph", ...rules, "--format", "html"]);
  });
  register("simulate", async (uri?: string, _rule?: string, event?: string) => {
    const { rules, cwd } = target(uri);
    const name = event ?? (await vscode.window.showInputBox({ prompt: "Simulate which event?", placeHolder: PayloadHint }));
    if (name !== undefined && /^[A-Za-z]+$/.test(name)) await inTerminal(started, cwd, ["simulate", ...rules, "--event", name]);
  });
  register("restart", () => started.restart());
  const see = (document: vscode.TextDocument) => void started.see(document);
  context.subscriptions.push(
    started,
    vscode.workspace.onDidOpenTextDocument(see),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("hookrules.path") && started.restart()),
  );
  vscode.workspace.textDocuments.forEach(see);
}

export const deactivate = (): Thenable<void> | undefined => server?.stop();
