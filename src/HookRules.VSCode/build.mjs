// Bundles the client and takes the grammar, which has one source: grammar/hookrules.tmLanguage.json.
import { copyFileSync, mkdirSync } from "node:fs";
import { build } from "esbuild";

mkdirSync("out", { recursive: true });
copyFileSync(process.env.HOOKRULES_GRAMMAR ?? "../../grammar/hookrules.tmLanguage.json", "out/hookrules.tmLanguage.json");
const common = { bundle: true, platform: "node", format: "cjs", target: "node20", minify: true };
await build({ ...common, entryPoints: ["src/extension.ts"], outfile: "out/extension.js", external: ["vscode"] });
await build({ ...common, entryPoints: ["src/program.ts"], outfile: "out/program.js" });
