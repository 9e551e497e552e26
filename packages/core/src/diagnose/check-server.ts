import type { ConnectionAdapter, IceServer, IceServerFailure } from "../adapter.js";
import { PeerhoodError } from "../errors.js";
import { createDeferred } from "../util/deferred.js";
import { silentLogger } from "../util/logger.js";
import { NO_ANSWER } from "./attempt-record.js";
import { describeServerFailure, isTurn } from "./server-failure.js";

/** Gathers with that server alone, which has one URL: does it give what it is for? */
export async function checkServer(adapter: ConnectionAdapter, server: IceServer, end: Promise<void>): Promise<string> {
  const url = String(server.urls);
  const wanted = isTurn(url) ? "relay" : "srflx";
  const found = createDeferred<string | undefined>();
  let failure: IceServerFailure | undefined;
  const connection = adapter.createConnection({
    iceServers: [server],
    iceTransportPolicy: wanted === "relay" ? "relay" : "all",
    logger: silentLogger,
    handlers: {
      candidate: (candidate) => {
        if (candidate === null) found.resolve(undefined);
        else if (candidate.candidate.includes(` typ ${wanted}`)) found.resolve(candidate.candidate);
      },
      // Of several network interfaces, one may reach it: only the end of candidates says that none does.
      serverFailed: (each) => {
        if (failure?.code === undefined || failure.code === NO_ANSWER) failure = each;
      },
      state: () => {},
      unexpectedChannel: () => {},
      error: () => {},
    },
  });
  try {
    connection.createChannel({ label: "diagnose", id: 0 });
    await connection.createOffer();
    let gathering = true;
    const gathered = found.promise.then((line) => {
      gathering = false;
      return line;
    });
    const candidate = await Promise.race([gathered, end.then(() => undefined)]);
    if (candidate !== undefined) return `gave the address ${candidate.split(" ")[4]}`;
    if (failure === undefined && !gathering && wanted === "srflx")
      return "answered; this side has no NAT in front of it, or hides it";
    const isRefusal = failure?.code !== undefined && failure.code !== NO_ANSWER;
    throw new PeerhoodError(
      isRefusal && wanted === "relay" ? "TURN_REFUSED" : "ICE_SERVER_UNREACHABLE",
      describeServerFailure(failure ?? { url, text: "" }),
    );
  } finally {
    await connection.close();
  }
}
