import { build, type Format } from "esbuild";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { packagesOf } from "./bundlers.js";
import { MEET } from "./meet.js";
import { runNode } from "./run-node.js";

const consumer = inject("consumer");

const BOT = `import { Peer, MemoryDriver } from "peerhood";
${MEET}
meet().then((result) => console.log(JSON.stringify(result)));
`;

it.each<[Format, string]>([
  ["esm", "mjs"],
  ["cjs", "cjs"],
])(
  "a bot bundled by esbuild for Node, as %s, takes Node's adapter, and peers meet in it",
  async (format, extension) => {
    await writeFile(join(consumer, "bot.js"), BOT);
    await mkdir(join(consumer, "bundles"), { recursive: true });
    const outfile = `bundles/bot.${extension}`;
    const { metafile } = await build({
      entryPoints: ["bot.js"],
      absWorkingDir: consumer,
      outfile,
      bundle: true,
      platform: "node",
      target: "node20",
      format,
      // Native code cannot be bundled, and ws loads its optional parts by require.
      external: ["node-datachannel", "ws"],
      metafile: true,
      logLevel: "silent",
    });
    const packages = packagesOf(Object.keys(metafile.inputs));
    expect(packages).toContain("@peerhood/adapter-node");
    expect(packages).not.toContain("@peerhood/adapter-browser");
    expect(await runNode(consumer, [outfile])).toEqual({
      code: 0,
      stderr: "",
      stdout: JSON.stringify({ text: "hello", native: "PeerConnection" }),
    });
  },
);
