import { PeerhoodError } from "../../errors.js";
import { concat, decodeText } from "./bytes.js";
import type { Kind, Meta } from "./frame.js";

/**
 * The value of a message whose bytes are all here; `chunks` may be views of something larger.
 * @throws PeerhoodError `PROTOCOL_ERROR` for text or JSON that is none
 */
export function assemble(kind: Kind, meta: Meta, chunks: readonly Uint8Array[], bytes: number): unknown {
  const type = meta.type ?? "";
  const parts = chunks as readonly Uint8Array<ArrayBuffer>[] as Uint8Array<ArrayBuffer>[];
  if (kind === "blob") return new Blob(parts, { type });
  if (kind === "file") {
    // A browser without File has none of its own either.
    if (typeof File !== "function") return new Blob(parts, { type });
    return new File(parts, meta.name ?? "", { type, lastModified: meta.lastModified ?? 0 });
  }
  const [only] = chunks;
  if (kind === "binary") {
    if (only === undefined || chunks.length > 1) return concat(chunks, bytes).buffer;
    // Not by the buffer's own slice, which asks for a constructor and takes twice as long for what is small.
    return only.slice(0, bytes).buffer;
  }
  try {
    const text = decodeText(only !== undefined && chunks.length === 1 ? only : concat(chunks, bytes));
    return kind === "json" ? (JSON.parse(text) as unknown) : text;
  } catch (error) {
    throw new PeerhoodError("PROTOCOL_ERROR", `The remote sent a ${kind} that is none; see cause.`, { cause: error });
  }
}
