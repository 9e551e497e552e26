import { createReadStream, openAsBlob } from "node:fs";
import { open, rm, type FileHandle } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { ChannelMessageEvent, RemotePeer, Transfer } from "peerhood";

/** A file on disk, read in slices as the remote takes them; resolves when the remote has all of it. */
export async function sendFile(remote: RemotePeer, path: string): Promise<void> {
  const file = await openAsBlob(path);
  await remote.send(file, { label: "files", info: { name: basename(path) } });
}

/** Any readable stream of Node: a file, a socket, what a process prints. */
export function sendReadable(remote: RemotePeer, readable: Readable, name: string): Transfer {
  return remote.send(Readable.toWeb(readable), { label: "files", info: { name } });
}

/** Part of a file: its bytes from `start` on. */
export function sendRest(remote: RemotePeer, path: string, start: number): Transfer {
  return sendReadable(remote, createReadStream(path, { start }), basename(path));
}

/** Writes what arrives to disk as it comes, at the pace of the disk; returns the path. */
export async function receiveFile({ data, info }: ChannelMessageEvent, folder: string): Promise<string> {
  // A remote may call its file "../../.profile".
  const { name } = Object(info) as { name?: unknown };
  const path = join(folder, basename(String(name ?? "unnamed")));
  let file: FileHandle | undefined;
  try {
    file = await open(path, "wx");
    await data.pipeTo(Writable.toWeb(file.createWriteStream()));
  } catch (error) {
    await data.cancel(error);
    if (file !== undefined) await rm(path);
    throw error;
  }
  return path;
}
