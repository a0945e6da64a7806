import * as vscode from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";
import { Ours, Watched } from "./files";
import { findProgram } from "./program";

const Documentation = "https://github.com/hookrules/hookrules#install";
const Setting = "hookrules.path";

const set = () => vscode.workspace.getConfiguration().get<string>(Setting, "");

export const program = () =>
  findProgram(
    set(),
    (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
  );

/** The language server: started by the first file of ours, and told of in the status of the language. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<void> | undefined;
  private isMissingTold = false;
  private readonly watchers = Watched.map((pattern) => vscode.workspace.createFileSystemWatcher(pattern));
  private readonly status = vscode.languages.createLanguageStatusItem("hookrules", Ours);

  constructor() {
    this.status.name = "HookRules";
    this.status.text = "HookRules";
  }

  /** Starts for a file of ours. Who has only settings files open is not asked to install anything. */
  async see(document: vscode.TextDocument): Promise<void> {
    if (this.client !== undefined || vscode.languages.match(Ours, document) === 0) return;
    await this.start();
    if (this.client !== undefined || this.isMissingTold || /^jsonc?$/.test(document.languageId)) return;
    this.isMissingTold = true;
    await this.tellMissing();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
    if (this.client === undefined) await this.tellMissing();
  }

  /** Says that there is no program, where it was looked for, and what helps. */
  async tellMissing(): Promise<void> {
    const [howTo, name, again] = ["How to install it", "Name its path", "Look again"];
    const text =
      set() === ""
        ? "HookRules: the program hookrules is not in node_modules, on PATH or in ~/.local/bin. " +
          'Install it with "npm install --save-dev hookrules", or with "sh install.sh" of a release.'
        : `HookRules: the setting ${Setting} names ${set()}, and there is no such file.`;
    const chosen = await vscode.window.showWarningMessage(text, ...(set() === "" ? [howTo, name, again] : [name, again]));
    if (chosen === howTo) await vscode.env.openExternal(vscode.Uri.parse(Documentation));
    if (chosen === name) await vscode.commands.executeCommand("workbench.action.openSettings", Setting);
    if (chosen === again) await this.restart();
  }

  async stop(): Promise<void> {
    await this.starting;
    const client = this.client;
    this.client = undefined;
    if (client?.state === State.Running) await client.stop();
  }

  dispose(): void {
    vscode.Disposable.from(...this.watchers, this.status).dispose();
  }

  private start(): Promise<void> {
    return (this.starting ??= this.startClient().finally(() => (this.starting = undefined)));
  }

  private async startClient(): Promise<void> {
    const command = program();
    this.status.severity = vscode.LanguageStatusSeverity.Error;
    this.status.text = "The program hookrules is not there";
    this.status.detail = undefined;
    this.status.command = { command: "hookrules.restart", title: "Look again" };
    if (command === undefined) return;
    const options = { documentSelector: Ours, synchronize: { fileEvents: this.watchers } };
    this.client = new LanguageClient("hookrules", "HookRules", { command, args: ["lsp"] }, options);
    this.status.text = "hookrules did not start";
    this.status.detail = command;
    try {
      await this.client.start();
    } catch {
      // The client library has told of it, and its output says why.
      return;
    }
    this.status.severity = vscode.LanguageStatusSeverity.Information;
    this.status.text = `hookrules ${this.client.initializeResult?.serverInfo?.version ?? ""}`;
    this.status.command = { command: "hookrules.restart", title: "Restart" };
  }
}
