import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";
import { readErrorCodes } from "./error-codes.mjs";
import { readSources } from "./pages.mjs";

const PACKAGES = fileURLToPath(new URL("../..", import.meta.url));

/** From where a member comes: of no use to whoever calls it. */
const INHERITANCE =
  /^#+ (?:Inherited from|Overrides|Implementation of)\n\n.+\n\n?|^#+ Extends\n\n- `(?:Peer|WebSocketDriver)`\n\n/gm;

/** What people import, and where it is in `packages`. */
const MODULES = {
  peerhood: "peerhood/src/index.ts",
  "peerhood/store": "peerhood/src/store.ts",
  "peerhood/adapter": "peerhood/src/adapter.ts",
  "@peerhood/react": "react/src/index.ts",
  "@peerhood/media": "media/src/index.ts",
  "@peerhood/testing": "testing/src/index.ts",
  "@peerhood/server": "server/src/index.ts",
  "@peerhood/inspector": "inspector/src/index.ts",
  "@peerhood/drivers/nats": "drivers/src/nats.ts",
  "@peerhood/drivers/mqtt": "drivers/src/mqtt.ts",
  "@peerhood/drivers/redis": "drivers/src/redis.ts",
  "@peerhood/drivers/socketio": "drivers/src/socketio.ts",
  "@peerhood/drivers/socketio-server": "drivers/src/socketio-server.ts",
  "@peerhood/drivers/mercure": "drivers/src/mercure.ts",
  "@peerhood/drivers/nostr": "drivers/src/nostr.ts",
  "@peerhood/drivers/trackers": "drivers/src/trackers.ts",
  "@peerhood/drivers/centrifugo": "drivers/src/centrifugo.ts",
  "@peerhood/drivers/supabase": "drivers/src/supabase.ts",
};

/** Of typedoc-plugin-markdown. */
const LOOK = {
  entryFileName: "index",
  hidePageHeader: true,
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: "table",
};

/**
 * Writes the API reference out of the docstrings, a folder of Markdown.
 * @param {string} folder
 */
export async function makeApi(folder) {
  const app = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: Object.values(MODULES).map((path) => PACKAGES + path),
    tsconfig: `${PACKAGES}docs/tsconfig.api.json`,
    out: folder,
    name: "API reference",
    readme: "none",
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    skipErrorChecking: true,
    logLevel: "Warn",
    // Types that only appear in signatures are those of the library's inside; what people name is exported.
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    ...LOOK,
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("typedoc could not read the sources.");
  const names = new Map(Object.entries(MODULES).map(([name, path]) => [path.replace(/(\/index)?\.ts$/, ""), name]));
  for (const module of project.children ?? []) module.name = names.get(module.name) ?? module.name;
  await app.generateOutputs(project);
  const codes = new Set(readErrorCodes().map(({ code }) => code));
  for (const { path, text } of readSources(folder)) {
    const toErrors = `${"../".repeat(path.split("/").length)}errors.md`;
    const linked = text.replaceAll(/(?<!\[)`([A-Z_]+)`/g, (quoted, code) =>
      codes.has(code) ? `[${quoted}](${toErrors}#${code})` : quoted,
    );
    writeFileSync(`${folder}/${path}`, linked.replaceAll(INHERITANCE, ""));
  }
}
