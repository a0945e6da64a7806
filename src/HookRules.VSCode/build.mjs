// Bundles the client and takes what has its one source elsewhere: the grammars and the icon of the site.
import { copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const root = process.env.HOOKRULES_ROOT ?? "../..";
const taken = ["grammar/hookrules.tmLanguage.json", "grammar/hookrules-cases.tmLanguage.json", "src/HookRules.Site/Assets/icon.svg"];
mkdirSync("out", { recursive: true });
for (const file of taken) copyFileSync(join(root, file), join("out", basename(file)));
const common = { bundle: true, platform: "node", format: "cjs", target: "node20", minify: true };
await build({ ...common, entryPoints: ["src/extension.ts"], outfile: "out/extension.js", external: ["vscode"] });
await build({ ...common, entryPoints: ["src/program.ts"], outfile: "out/program.js" });
