import type { IceCandidate, SessionDescription } from "@peerhood/core";
import { createEnd } from "../pair.js";

/** Answers the parent's offer, sends without end, and waits to be killed. */
const end = createEnd();
const send = (message: unknown): boolean | undefined => process.send?.(message);

end.trickleTo({ addCandidate: async (candidate) => void send({ candidate }) });
end.channel.addEventListener("open", () => setInterval(() => end.channel.send("still here"), 50));
process.on("message", async ({ offer, candidate }: { offer?: SessionDescription; candidate?: IceCandidate | null }) => {
  if (offer) send({ answer: await end.connection.acceptOffer(offer) });
  if (candidate !== undefined) await end.connection.addCandidate(candidate);
});
