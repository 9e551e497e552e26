import type { BrokerRecord, SeededRandom } from "@peerhood/testing";
import { createIdentityKey } from "../../sealing/identity-key.js";
import { createLocalKeys } from "../../sealing/local-keys.js";
import { decodeDatagram, encodePairHeader, encodeRoomDatagram } from "../../signaling/datagram.js";

/**
 * What a broker makes up that speaks the protocol as well as we do: it stands between two members with ephemeral keys of
 * its own under their names, says goodbye for them, and claims new stays of theirs.
 */
export function createForger(random: SeededRandom): (seen: BrokerRecord) => readonly BrokerRecord[] {
  const bytes = (length: number): Uint8Array => random.bytes(length);
  const own = createIdentityKey(bytes(32));
  return ({ topic, data }) => {
    const datagram = decodeDatagram(data);
    if (datagram === undefined || datagram.kind === "foreign") return [];
    const { from, instance } = datagram;
    const [room = ""] = topic.split("/");
    if (datagram.kind !== "pair") {
      const bye = encodeRoomDatagram({ kind: "bye", from, instance, secret: bytes(32) });
      const [claimed] = [createIdentityKey(bytes(32)).id.slice(0, 16)];
      const hello = encodeRoomDatagram({ kind: "hello", from, instance: claimed ?? instance });
      return [bye, hello].map((forged) => ({ topic: `${room}/all`, data: forged }));
    }
    if (datagram.key === undefined) return [];
    const inName = { ...own, publicKey: datagram.key.subarray(0, 32) };
    const share = datagram.key.length > 96 ? { share: bytes(32), finish: () => undefined } : undefined;
    const { message } = createLocalKeys(inName, bytes, share);
    const header = encodePairHeader(datagram, message.bytes, random.below(5));
    return [encodePairHeader(datagram, message.bytes), Uint8Array.from([...header, ...bytes(40)])].map((forged) => ({
      topic,
      data: forged,
    }));
  };
}
