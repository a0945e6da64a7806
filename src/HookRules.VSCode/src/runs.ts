import { execFile } from "node:child_process";
import * as vscode from "vscode";
import { program, type Server } from "./server";

const Name = "hookrules";
const LargestPicture = 1 << 26;

/** What a command is about: the file of a lens or the open one, and the folder in which the program looks for the rest. */
export function target(uri?: string): { rules: string[]; cwd: string | undefined } {
  const open = vscode.window.activeTextEditor?.document.uri;
  const file = uri === undefined ? open : vscode.Uri.parse(uri);
  if (file?.scheme !== "file") return { rules: [], cwd: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath };
  const isRules = /\.hookrules(\.ya?ml)?$|[\\/]hookrules(\.local)?\.ya?ml$/.test(file.fsPath);
  return { rules: isRules ? [file.fsPath] : [], cwd: vscode.Uri.joinPath(file, "..").fsPath };
}

/** Runs the program as a task: no shell reads a word of a file, and what it says stays there when it has ended. */
export async function inTerminal(server: Server, cwd: string | undefined, args: string[]): Promise<void> {
  const command = program();
  if (command === undefined) return server.tellMissing();
  const run = new vscode.ProcessExecution(command, args, { cwd });
  const task = new vscode.Task({ type: "process" }, vscode.TaskScope.Workspace, args[0], Name, run, []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated, clear: true };
  await vscode.tasks.executeTask(task);
}

/** Shows the page that the program draws, beside the rules. */
export async function picture(server: Server, cwd: string | undefined, args: string[]): Promise<void> {
  const command = program();
  if (command === undefined) return server.tellMissing();
  const drawn = await new Promise<{ page: string } | { problem: string }>((resolve) =>
    execFile(command, args, { cwd, maxBuffer: LargestPicture }, (error, page, told) =>
      resolve(error === null ? { page } : { problem: told.trim().split("\n")[0] || error.message }),
    ),
  );
  if ("problem" in drawn) return void vscode.window.showErrorMessage(`HookRules: ${drawn.problem}`);
  const title = "Graph of the rules";
  const panel = vscode.window.createWebviewPanel("hookrules.graph", title, vscode.ViewColumn.Beside, { enableScripts: true });
  const paint = () => (panel.webview.html = inColoursOf(vscode.window.activeColorTheme.kind, drawn.page));
  paint();
  const themes = vscode.window.onDidChangeActiveColorTheme(paint);
  panel.onDidDispose(() => themes.dispose());
}

/** The page follows the system; here the editor says what is light or dark. */
function inColoursOf(theme: vscode.ColorThemeKind, page: string): string {
  const isDark = theme === vscode.ColorThemeKind.Dark || theme === vscode.ColorThemeKind.HighContrast;
  return page.replace('name="color-scheme" content="light dark"', `name="color-scheme" content="${isDark ? "dark" : "light"}"`);
}
