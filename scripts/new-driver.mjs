// npm run new-driver -- NAME [root]: a driver to begin with in packages/drivers. Copies the template, which works as it
// stands, with its test and the double of its broker; the subpath goes into package.json.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { ROOT } from "./lib/root.mjs";

const [name = "", root = ROOT] = process.argv.slice(2);
const folder = `${root}/packages/drivers`;
const Name = name.slice(0, 1).toUpperCase() + name.slice(1);

/** @param {string} text */
const renamed = (text) => text.replaceAll("Template", Name).replaceAll("template", name);

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exit(1);
}

if (!/^[a-z][a-z0-9]{1,30}$/.test(name)) fail("npm run new-driver -- NAME, in lower case: npm run new-driver -- kafka");
if (existsSync(`${folder}/src/${name}.ts`)) fail(`packages/drivers/src/${name}.ts is there already.`);

const files = ["template.ts", "template.test.ts", "test-support/template-double.ts"];
for (const file of files) {
  const code = readFileSync(`${folder}/src/${file}`, "utf8")
    // What it says about itself as a template.
    .replace(/^\/\/ A driver to begin with:.*\n\/\/ works as it.*\n\n/m, "");
  writeFileSync(`${folder}/src/${renamed(file)}`, renamed(code));
}

const manifest = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
const built = { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` };
manifest.exports[`./${name}`] = { "@peerhood/source": `./src/${name}.ts`, ...built };
manifest.publishConfig.exports[`./${name}`] = built;
writeFileSync(`${folder}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`);

console.log(`${files.map((file) => `packages/drivers/src/${renamed(file)}`).join("\n")}

Go through what says HERE, then:
  npx vitest run packages/drivers/src/${name}.test.ts
  npm test -- packages/drivers && npm run driver-matrix
and tell of it in packages/drivers/README.md and packages/docs/guide/drivers.md, where the rest is said, too.`);
