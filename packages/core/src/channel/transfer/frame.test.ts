import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ByteWriter } from "./bytes.js";
import { parseMeta, readRecords, writeRecord, type FrameRecord } from "./frame.js";

type Vector = { readonly name: string; readonly hex: string; readonly records: (FrameRecord & { payload?: string })[] };

const vectors = JSON.parse(
  readFileSync(new URL("../../../../docs/protocol/frames.vectors.json", import.meta.url), "utf8"),
) as { readonly frames: Vector[]; readonly invalid: { readonly name: string; readonly hex: string }[] };

const unhex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

function encode(records: readonly FrameRecord[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(64);
  for (const record of records) writeRecord(writer, record);
  return writer.take().slice();
}

/** The records of a vector with their payloads as bytes. */
function parse(records: Vector["records"]): FrameRecord[] {
  return records.map(
    (record) =>
      ({
        ...record,
        ...("payload" in record ? { payload: unhex(String(record.payload)) } : {}),
        ...("meta" in record ? { meta: new TextEncoder().encode(JSON.stringify(record.meta)) } : {}),
      }) as FrameRecord,
  );
}

describe("the vectors of frames.md", () => {
  test.each(vectors.frames)("$name", ({ hex, records }) => {
    expect(Buffer.from(encode(parse(records))).toString("hex")).toBe(hex);
    expect([...readRecords(unhex(hex))]).toEqual(parse(records));
  });

  test.each(vectors.invalid)("refused: $name", ({ hex }) => {
    expect(() => {
      for (const record of readRecords(unhex(hex))) if (record.type === "start" && record.meta) parseMeta(record.meta);
    }).toThrow();
  });
});

describe("meta", () => {
  const read = (text: string): unknown => parseMeta(new TextEncoder().encode(text));

  test("ignores members that are unknown or of another type", () => {
    expect(read('{"info":[1],"type":5,"name":{},"lastModified":"x","other":1}')).toEqual({ info: [1] });
    expect(read('{"type":"a","name":"b","lastModified":3}')).toEqual({ type: "a", name: "b", lastModified: 3 });
  });

  test.each(["", "null", "5", "{", '"x"'])("refuses %j", (text) => {
    expect(() => read(text)).toThrow();
  });
});
