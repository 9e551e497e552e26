import { joinAggregate, joinAnnexB, splitAggregate, splitAnnexB } from "./annex-b.js";
import { concat, cut, prefixed } from "./codec.js";

/** In what H264 and H265 differ: the headers of their units. */
export interface NalFormat {
  readonly headerBytes: number;
  /** Types of packets that stand in the place of a unit: with several units, and with a piece of one. */
  readonly aggregateType: number;
  readonly fragmentType: number;
  typeOf(unit: Uint8Array): number;
  /** The header of a unit or packet, but of that type. */
  headerOf(unit: Uint8Array, type: number): number[];
  aggregateHeader(units: readonly Uint8Array[]): number[];
}

// RFC 6184 section 5.8, RFC 7798 section 4.4.3: the bits of an FU header.
const FU_START = 0x80;
const FU_END = 0x40;
const FU_TYPE = 0x3f;

/** Small units of a frame travel together, large ones in pieces. */
export function packetizeUnits(format: NalFormat, frame: Uint8Array, maxBytes: number): Uint8Array[] {
  const { headerBytes } = format;
  const payloads: Uint8Array[] = [];
  let together: Uint8Array[] = [];
  let bytes = headerBytes;
  const flush = (): void => {
    const [only] = together;
    if (together.length === 1 && only) payloads.push(only);
    else if (together.length > 1) payloads.push(prefixed(format.aggregateHeader(together), joinAggregate(together)));
    together = [];
    bytes = headerBytes;
  };
  for (const unit of splitAnnexB(frame)) {
    if (unit.byteLength > maxBytes) {
      flush();
      payloads.push(...fragment(format, unit, maxBytes));
      continue;
    }
    if (bytes + 2 + unit.byteLength > maxBytes) flush();
    together.push(unit);
    bytes += 2 + unit.byteLength;
  }
  flush();
  return payloads;
}

function fragment(format: NalFormat, unit: Uint8Array, maxBytes: number): Uint8Array[] {
  const { headerBytes, fragmentType } = format;
  const pieces = cut(unit.subarray(headerBytes), maxBytes - headerBytes - 1);
  return pieces.map((piece, index) => {
    const position = (index === 0 ? FU_START : 0) | (index === pieces.length - 1 ? FU_END : 0);
    return prefixed([...format.headerOf(unit, fragmentType), position | format.typeOf(unit)], piece);
  });
}

export function depacketizeUnits(
  format: NalFormat,
  payloads: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> | undefined {
  const { headerBytes, aggregateType, fragmentType } = format;
  const units: Uint8Array[] = [];
  let pieces: Uint8Array[] | undefined;
  for (const payload of payloads) {
    const type = format.typeOf(payload);
    if (type === aggregateType) {
      const together = splitAggregate(payload.subarray(headerBytes));
      if (!together) return undefined;
      units.push(...together);
    } else if (type === fragmentType) {
      const position = payload[headerBytes] ?? 0;
      if (position & FU_START) pieces = [Uint8Array.from(format.headerOf(payload, position & FU_TYPE))];
      if (!pieces) return undefined;
      pieces.push(payload.subarray(headerBytes + 1));
      if (position & FU_END) {
        units.push(concat(pieces));
        pieces = undefined;
      }
    } else if (type < aggregateType && payload.byteLength >= headerBytes) {
      units.push(payload);
    } else return undefined;
  }
  return pieces || units.length === 0 ? undefined : joinAnnexB(units);
}

/** The units that begin in a payload, as far as they are in it; none in a later piece of one. */
export function unitsBegunIn(format: NalFormat, payload: Uint8Array): Uint8Array[] {
  const { headerBytes, aggregateType, fragmentType } = format;
  const type = format.typeOf(payload);
  if (type === aggregateType) return splitAggregate(payload.subarray(headerBytes)) ?? [];
  if (type !== fragmentType) return [payload];
  const position = payload[headerBytes] ?? 0;
  if ((position & FU_START) === 0) return [];
  const begin = payload.subarray(headerBytes + 1, headerBytes + 2);
  return [prefixed(format.headerOf(payload, position & FU_TYPE), begin)];
}
