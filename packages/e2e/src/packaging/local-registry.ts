import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface LocalRegistry {
  readonly url: string;
  close(): Promise<void>;
}

/** A registry that has the tarballs as if they were published, and for everything else sends npm to where it usually asks. */
export async function startLocalRegistry(tarballs: Readonly<Record<string, string>>): Promise<LocalRegistry> {
  const { stdout } = await run("npm", ["config", "get", "registry"]);
  const upstream = stdout.trim().replace(/\/$/, "");
  const files = new Map<string, Buffer>();
  const documents = new Map<string, string>();
  const server = createServer(({ url = "/" }, response) => {
    const path = decodeURIComponent(url);
    const body = documents.get(path) ?? files.get(path);
    if (body === undefined) response.writeHead(307, { location: upstream + url }).end();
    else response.writeHead(200).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [name, tarball] of Object.entries(tarballs)) {
    const [bytes, packed] = await Promise.all([
      readFile(tarball),
      run("tar", ["-xOf", tarball, "package/package.json"]),
    ]);
    const manifest = JSON.parse(packed.stdout) as { version: string };
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    const path = `/${name}/-/${manifest.version}.tgz`;
    const version = { ...manifest, dist: { tarball: url + path, integrity } };
    files.set(path, bytes);
    documents.set(
      `/${name}`,
      JSON.stringify({
        name,
        "dist-tags": { latest: manifest.version },
        versions: { [manifest.version]: version },
      }),
    );
  }
  return {
    url,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
