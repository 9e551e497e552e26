import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ByteReader, ByteWriter } from "./bytes.js";
import { parseMeta } from "./frame.js";
import { decodeRecords, encodeRecords, type FrameRecord } from "./testing/records.js";

type Vector = { readonly name: string; readonly hex: string; readonly records: (FrameRecord & { payload?: string })[] };

const vectors = JSON.parse(
  readFileSync(new URL("../../../../docs/protocol/frames.vectors.json", import.meta.url), "utf8"),
) as { readonly frames: Vector[]; readonly invalid: { readonly name: string; readonly hex: string }[] };

const unhex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

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
    expect(Buffer.from(encodeRecords(...parse(records))).toString("hex")).toBe(hex);
    expect(decodeRecords(unhex(hex))).toEqual(parse(records));
  });

  test.each(vectors.invalid)("refused: $name", ({ hex }) => {
    expect(() => {
      for (const record of decodeRecords(unhex(hex))) if ("meta" in record && record.meta) parseMeta(record.meta);
    }).toThrow();
  });
});

describe("text", () => {
  // Lengths at which the length itself takes a byte more than the number of characters lets expect.
  test.each([
    "",
    "a",
    "é",
    "é".repeat(64),
    "a".repeat(127),
    "a".repeat(128),
    "€".repeat(43),
    "🎉".repeat(3_000),
    "\ud800",
  ])("%#", (text) => {
    const writer = new ByteWriter(4);
    writer.byte(7);
    const bytes = new TextEncoder().encode(text);
    expect(writer.text(text)).toBe(bytes.length);
    writer.byte(9);
    const reader = new ByteReader(writer.take());
    expect([reader.byte(), reader.text(20_000), reader.byte()]).toEqual([7, new TextDecoder().decode(bytes), 9]);
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
