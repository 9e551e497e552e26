import type { SessionDescription } from "@peerhood/core";
import { assert, assertEqual } from "../case.js";
import { CONTROL, createBoth } from "./connected-pair.js";
import type { AdapterConformanceCase } from "./context.js";
import { adapterCase, type Testbed } from "./testbed.js";

/** The same description with the certificate of somebody else. */
const forged = ({ type, sdp }: SessionDescription): SessionDescription => ({
  type,
  sdp: sdp.replace(/^a=fingerprint:.*$/gm, `a=fingerprint:sha-256 ${"5A:".repeat(31)}5A`),
});

const untouched = (description: SessionDescription): SessionDescription => description;

/** The side that was told of another certificate must not let anybody in. */
async function refuses(bed: Testbed, told: "offer" | "answer"): Promise<void> {
  const a = bed.local();
  const b = bed.remote();
  const control = createBoth(a, b, CONTROL);
  a.trickleTo(b);
  b.trickleTo(a);
  const [deceived, inbox, other] = told === "offer" ? [b, control.b, control.a] : [a, control.a, control.b];
  // The other side may think for a moment that all is well.
  other.channel.addEventListener("open", () => other.channel.send("let me in"));
  let opened = false;
  inbox.channel.addEventListener("open", () => (opened = true));
  const offer = await bed.within("offer", a.connection.createOffer());
  const answer = await bed.within("answer", b.connection.acceptOffer((told === "offer" ? forged : untouched)(offer)));
  await bed.within("taking", a.connection.acceptAnswer((told === "answer" ? forged : untouched)(answer)));
  await bed.within(
    "the end",
    deceived.until(() => deceived.states.some((state) => state === "failed" || state === "closed")),
  );
  assert(!deceived.states.includes("connected"), `states with a foreign certificate: ${deceived.states.join(", ")}`);
  assertEqual(opened, false, "whether the channel opened");
  assertEqual(inbox.messages, [], "messages that came through");
}

/** RFC 8122: what was signaled says whom one talks to. */
export const identityCases: readonly AdapterConformanceCase[] = [
  adapterCase("a certificate other than the one in the offer is not let in", (bed) => refuses(bed, "offer")),
  adapterCase("a certificate other than the one in the answer is not let in", (bed) => refuses(bed, "answer")),
];
