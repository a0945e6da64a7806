import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** What of the machine is looked at, so that tests can have one of their own. */
export interface Machine {
  platform: NodeJS.Platform;
  arch: string;
  env: NodeJS.ProcessEnv;
  home: string;
  exists: (path: string) => boolean;
}

export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  env: process.env,
  home: homedir(),
  exists: existsSync,
};

/** The program: the one that is set, the folder's own, that of PATH, the one that "hookrules install" made; undefined without one. */
export function findProgram(set: string, folders: readonly string[], machine: Machine = thisMachine): string | undefined {
  if (set !== "") {
    const named = set.replace(/^~(?=[\\/])/, machine.home);
    return machine.exists(named) ? named : undefined;
  }
  const name = machine.platform === "win32" ? "hookrules.exe" : "hookrules";
  const path = (machine.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "").map((folder) => join(folder, name));
  const owned = folders.flatMap((folder) => own(folder, name, machine));
  return [...owned, ...path, join(machine.home, ".local", "bin", name)].find(machine.exists);
}

/** What npm put into a folder: the program of this platform, or the script that starts it, which Windows cannot start without a shell. */
function own(folder: string, name: string, machine: Machine): string[] {
  const system = { darwin: "osx", win32: "win" }[machine.platform as string] ?? machine.platform;
  const native = join(folder, "node_modules", "@hookrules", `${system}-${machine.arch}`, "bin", name);
  return machine.platform === "win32" ? [native] : [native, join(folder, "node_modules", ".bin", name)];
}
