import { Counter, Gauge, Registry, type CollectFunction } from "prom-client";
import type { Counters } from "../counters.js";
import { CloseCode, ErrorCode } from "../protocol.js";

/** What is read when somebody asks. */
export interface Gauges {
  readonly sockets: number;
  readonly rooms: number;
  readonly topics: number;
  readonly addresses: number;
  readonly ready: boolean;
  /** `undefined` without a cluster. */
  readonly cluster: { readonly connected: boolean; readonly sent: number; readonly received: number } | undefined;
}

/** Names of codes, as labels: `too_slow` says more than 4429. */
const END_NAMES = names(CloseCode);
const REFUSAL_NAMES = names(ErrorCode);

/** Prometheus metrics over counters that others keep, so that counting costs the messages nothing. */
export function createMetrics(counters: Counters, gauges: () => Gauges): Registry {
  const register = new Registry();
  const registers = [register];
  const gauge = (name: string, help: string, read: () => number): void => {
    const collect: CollectFunction<Gauge> = function () {
      this.set(read());
    };
    void new Gauge({ name: `peerhood_${name}`, help, registers, collect });
  };
  const counter = (name: string, help: string, read: () => number): void => {
    const collect: CollectFunction<Counter> = function () {
      this.reset();
      this.inc(read());
    };
    void new Counter({ name: `peerhood_${name}_total`, help, registers, collect });
  };
  const byName = (
    name: string,
    help: string,
    label: string,
    counts: Map<number, number>,
    of: Map<number, string>,
  ): void => {
    const collect: CollectFunction<Counter<string>> = function () {
      this.reset();
      for (const [code, count] of counts) this.inc({ [label]: of.get(code) ?? String(code) }, count);
    };
    void new Counter({ name: `peerhood_${name}_total`, help, registers, labelNames: [label], collect });
  };

  gauge("connections", "WebSockets open now.", () => gauges().sockets);
  gauge("rooms", "Room topics that somebody is subscribed to.", () => gauges().rooms);
  gauge("topics", "Topics that somebody is subscribed to.", () => gauges().topics);
  gauge("addresses", "Client addresses remembered.", () => gauges().addresses);
  gauge("ready", "1 while new clients are welcome.", () => Number(gauges().ready));
  counter("connections_accepted", "WebSockets accepted, those refused at once included.", () => counters.sockets);
  counter("connections_welcomed", "Clients that were welcomed.", () => counters.welcomed);
  counter("connections_rejected", "Connections and HTTP requests that were cut or refused.", () => counters.rejected);
  counter("frames_received", "Frames of clients.", () => counters.framesIn);
  counter("received_bytes", "Bytes of those.", () => counters.bytesIn);
  counter("frames_sent", "Frames to clients.", () => counters.framesOut);
  counter("sent_bytes", "Bytes of those.", () => counters.bytesOut);
  counter("throttled", "Times that a client was held to its rate.", () => counters.throttled);
  counter("turn_credentials", "TURN credentials given out.", () => counters.turnCredentials);
  byName("connections_ended", "Connections that the server ended, by reason.", "reason", counters.ends, END_NAMES);
  byName("requests_refused", "Requests that were refused, by reason.", "reason", counters.refusals, REFUSAL_NAMES);
  if (gauges().cluster) {
    gauge("cluster_connected", "1 while the broker between the servers is there.", () =>
      Number(gauges().cluster?.connected),
    );
    counter("cluster_sent", "Messages sent to other servers.", () => gauges().cluster?.sent ?? 0);
    counter("cluster_received", "Messages of other servers.", () => gauges().cluster?.received ?? 0);
  }
  return register;
}

function names(codes: Readonly<Record<string, number>>): Map<number, string> {
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return new Map(Object.entries(codes).map(([name, code]) => [code, snake(name)]));
}
