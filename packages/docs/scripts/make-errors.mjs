import { writeFileSync } from "node:fs";
import { findErrorSources, readErrorCodes } from "./error-codes.mjs";
import { readSources } from "./pages.mjs";

/**
 * Writes the error reference out of core's table of codes.
 * @param {string} folder the site's
 */
export function makeErrors(folder) {
  const sources = findErrorSources();
  const pages = readSources(folder);
  const guides = pages.filter(({ path }) => /^(guide|start|concepts)\//.test(path));
  const members = apiMembers(pages);
  let section = "";
  const parts = readErrorCodes().map(({ code, meaning, toDo, ...of }) => {
    const heading = of.section === section ? "" : `## ${of.section}\n\n`;
    section = of.section;
    const files = sources.get(code) ?? [];
    if (files.length === 0) throw new Error(`Nothing makes an error with the code ${code}.`);
    const made = files.map((file) => `[${file.replace(/^packages\//, "")}](../../../${file})`);
    const told = members.filter(({ text }) => text.includes(`\`${code}\``)).map(({ link }) => link);
    const read = guides.filter(({ text }) => text.includes(`\`${code}\``));
    const more = read.map(({ path, title }) => `[${title}](../${path})`);
    return `${heading}### ${code} {#${code}}

${meaning}

**What to do**: ${toDo}
${told.length === 0 ? "" : `\n**Documented at**: ${told.join(", ")}\n`}${more.length === 0 ? "" : `\n**Guides**: ${more.join(", ")}\n`}
<details><summary>Where it is made</summary>

${made.join(", ")}

</details>
`;
  });
  writeFileSync(`${folder}/reference/errors.md`, `${BEGINNING}${parts.join("\n")}`);
}

/**
 * The text of each function, class and method of the API, with a link to it.
 * @param {readonly import("./pages.mjs").Source[]} pages
 */
function apiMembers(pages) {
  return pages
    .filter(({ path }) => /^reference\/api\/(peerhood|@peerhood\/(media|server|react|drivers))\//.test(path))
    .flatMap(({ path, title, text }) => {
      const name = title.replace(/^\w+( Alias)?: /, "").replace(/\(\)$|\\?<.*/, "");
      const to = path.replace("reference/", "");
      // A class has one part for each method, everything else is one.
      const parts = title.startsWith("Class") ? text.split(/^### (?=\w+\(\)$)/m) : [text];
      return parts.map((part, index) => {
        const method = index === 0 ? undefined : /^\w+/.exec(part)?.[0];
        if (method === undefined) return { link: `[\`${name}\`](${to})`, text: part };
        return { link: `[\`${name}.${method}\`](${to}#${method.toLowerCase()})`, text: part };
      });
    });
}

const BEGINNING = `# Errors

Every failure is a \`PeerhoodError\`: what has a caller rejects or throws, what has none is an event (\`error\`,
\`channel:error\`, \`connection:failed\`). \`code\` is stable and made for branching; \`message\` says what failed, with which
value, and what to do; \`cause\` is what led to it; \`retryable\` says whether the same call may succeed later; \`remoteId\` is the
remote that it concerns.

\`\`\`ts
import { isPeerhoodError, Peer } from "peerhood";

const peer = new Peer();
try {
  await peer.join("lobby");
} catch (error) {
  if (isPeerhoodError(error) && error.code === "SIGNALING_UNREACHABLE") console.log("offline?", error.message);
  else throw error;
}
\`\`\`

This page is made from the table in \`packages/core/src/error-codes.ts\`.

`;
