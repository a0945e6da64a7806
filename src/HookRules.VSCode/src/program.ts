import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** What of the machine is looked at, so that tests can have one of their own. */
export interface Machine {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  home: string;
  exists: (path: string) => boolean;
}

export const thisMachine: Machine = { platform: process.platform, env: process.env, home: homedir(), exists: existsSync };

/** The program: the one that is set, the folder's own, that of PATH, the one that "hookrules install" made; undefined without one. */
export function findProgram(set: string, folders: readonly string[], machine: Machine = thisMachine): string | undefined {
  if (set !== "") return machine.exists(set) ? set : undefined;
  const isWindows = machine.platform === "win32";
  const name = isWindows ? "hookrules.exe" : "hookrules";
  const own = folders.map((folder) => join(folder, "node_modules", ".bin", isWindows ? "hookrules.cmd" : "hookrules"));
  const path = (machine.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "").map((folder) => join(folder, name));
  return [...own, ...path, join(machine.home, ".local", "bin", name)].find(machine.exists);
}
