import type { IceCandidate } from "@peerhood/core";
import { assertEqual } from "../case.js";
import { CONTROL, createBoth } from "./connected-pair.js";
import type { AdapterConformanceCase } from "./context.js";
import { adapterCase } from "./testbed.js";

const line = (candidate: string, more: object = { sdpMid: "0" }): unknown => ({ candidate, ...more });
const HOST = "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host";

/** What must be refused. */
const MALFORMED: readonly (readonly [string, unknown])[] = [
  ["a string", HOST],
  ["a number", 7],
  ["an empty object", {}],
  ["a number for a candidate", { candidate: 7, sdpMid: "0" }],
  ["garbage", line("garbage")],
  ["binary garbage", line("\u0000\uffff")],
  ["half a candidate", line("candidate:1 1 udp 2122260223")],
  ["no type", line("candidate:1 1 udp 2122260223 192.0.2.1 50000")],
  ["an unknown type", line("candidate:1 1 udp 2122260223 192.0.2.1 50000 typ quantum")],
  ["a line break", line(`${HOST}\r\na=evil:1`)],
  ["a control character", line(`${HOST} \u0007`)],
  ["component 3", line("candidate:1 3 udp 2122260223 192.0.2.1 50000 typ host")],
  ["100,000 characters", line(`${HOST} ${"x".repeat(100_000)}`)],
  ["a mid that is no string", line(HOST, { sdpMid: 7 })],
  ["a mid too long", line(HOST, { sdpMid: "x".repeat(10_000) })],
  ["a negative index", line(HOST, { sdpMLineIndex: -1 })],
  ["half an index", line(HOST, { sdpMLineIndex: 0.5 })],
  ["a user fragment with bad characters", line(HOST, { sdpMid: "0", usernameFragment: "a b{}" })],
];

/** What implementations may take or leave, as long as they survive it. */
const DOUBTFUL: readonly (readonly [string, unknown])[] = [
  ["an address that is none", line("candidate:1 1 udp 2122260223 not-an-address 50000 typ host")],
  ["a name that does not resolve", line("candidate:1 1 udp 2122260223 nobody.invalid 50000 typ host")],
  ["an mDNS name of nobody", line("candidate:1 1 udp 1 11111111-2222-4333-8444-555555555555.local 50000 typ host")],
  ["port 0", line("candidate:1 1 udp 2122260223 192.0.2.1 0 typ host")],
  ["port 99999", line("candidate:1 1 udp 2122260223 192.0.2.1 99999 typ host")],
  ["a priority beyond 32 bits", line("candidate:1 1 udp 9999999999 192.0.2.1 50000 typ host")],
  ["the component of RTCP", line("candidate:1 2 udp 2122260223 192.0.2.1 50000 typ host")],
  ["an unknown protocol", line("candidate:1 1 pigeon 2122260223 192.0.2.1 50000 typ host")],
  ["TCP", line("candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active")],
  ["a mid of nobody", line(HOST, { sdpMid: "elsewhere" })],
  ["an index of nobody", line(HOST, { sdpMLineIndex: 7 })],
  ["the user fragment of somebody else", line(HOST, { sdpMid: "0", usernameFragment: "abcdefgh" })],
  ["neither mid nor index", line(HOST, {})],
];

const MAX_EARLY_CANDIDATES = 256;

/** Candidates that no honest remote sends. */
export const abusiveCandidateCases: readonly AdapterConformanceCase[] = [
  adapterCase("malformed candidates are refused before, during and after negotiation", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const refuseAll = async (when: string): Promise<void> => {
      for (const [what, candidate] of MALFORMED) {
        for (const { connection } of [a, b]) {
          const adding = connection.addCandidate(candidate as IceCandidate);
          await bed.rejects(`candidate with ${what}, ${when}`, "INVALID_CANDIDATE", adding);
        }
      }
    };
    const control = createBoth(a, b, CONTROL);
    await refuseAll("before any description");
    const connecting = bed.connect(a, b, control);
    await refuseAll("while connecting");
    await connecting;
    await refuseAll("when connected");
    control.a.channel.send("still works");
    assertEqual(await bed.within("message", control.b.next()), "still works", "message");
  }),
  adapterCase("useless candidates are taken or refused, early and late, and harm nobody", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const addAll = async (when: string): Promise<void> => {
      for (const [what, candidate] of DOUBTFUL) {
        for (const { connection } of [a, b]) {
          const adding = connection.addCandidate(candidate as IceCandidate);
          await bed.mayReject(`candidate with ${what}, ${when}`, "INVALID_CANDIDATE", adding);
        }
      }
    };
    await addAll("early");
    const { control } = await bed.connect(a, b);
    await addAll("late");
    // Only now: more candidates after the end of a generation are the sender's mistake (RFC 8838 section 9).
    for (const { connection } of [a, b]) {
      for (const end of [null, line("") as IceCandidate, null]) {
        await bed.mayReject("end of candidates", "INVALID_CANDIDATE", connection.addCandidate(end));
      }
    }
    control.a.channel.send("still works");
    assertEqual(await bed.within("message", control.b.next()), "still works", "message");
  }),
  adapterCase("a flood of early candidates is bounded", async (bed) => {
    const side = bed.local();
    const candidate = line(HOST) as IceCandidate;
    for (let index = 0; index < MAX_EARLY_CANDIDATES; index++) {
      await bed.within("early candidate", side.connection.addCandidate(candidate));
    }
    await bed.rejects("one too many", "INVALID_CANDIDATE", side.connection.addCandidate(candidate));
    await bed.within("close()", side.connection.close());
  }),
];
