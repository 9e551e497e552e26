import type { CandidateInfo, ConnectionStats } from "../adapter.js";
import type { LabelledChannel } from "../channel/labelled-channel.js";
import type { Driver } from "../driver.js";
import type { PeerOptions } from "../peer-options.js";
import type { Peer } from "../peer.js";
import type { Room } from "../room/room.js";
import type { Link } from "../session/link.js";
import type { Session } from "../session/session.js";
import type {
  CandidateSnapshot,
  ChannelSnapshot,
  ConnectionSnapshot,
  PeerSnapshot,
  RemoteSnapshot,
  SignalingSnapshot,
  SnapshotOptions,
} from "./snapshot.js";
import type { GoneRemote } from "./stay-record.js";

const NOTHING_SENT: ConnectionStats = { bytesSent: 0, bytesReceived: 0 };

/** Reads what the parts of a peer know and remember. Changes nothing, and sends nothing. */
export async function takeSnapshot(
  peer: Peer,
  { adapter, driver }: PeerOptions,
  room: Room | undefined,
  { addresses = false }: SnapshotOptions = {},
): Promise<PeerSnapshot> {
  const remotes = await Promise.all([...(room?.sessions ?? [])].map((session) => describeSession(session, addresses)));
  const { id, room: name, active, metadata } = peer;
  return {
    version: 1,
    at: (adapter.clock ?? performance).now(),
    id,
    room: name,
    active,
    ...(metadata !== undefined && { metadata }),
    adapter: adapter.name,
    signaling: describeSignaling(room?.driver ?? driver, room),
    channels: [...peer.channels.keys()],
    streams: [...peer.streams.keys()],
    remotes,
    gone: room?.record.gone.map(describeGone) ?? [],
    events: room?.record.events ?? [],
    errors: room?.record.errors ?? [],
  };
}

function describeSignaling(driver: Driver | readonly Driver[] | undefined, room: Room | undefined): SignalingSnapshot {
  const drivers = driver === undefined ? [] : "publish" in driver ? [driver] : driver;
  const states = drivers.map(({ state }) => state);
  const state = states.find((each) => each === "open") ?? states.find((each) => each === "connecting") ?? states[0];
  return {
    state: state ?? "none",
    ...(states.length > 1 && { drivers: states }),
    messagesSent: room?.signals.sent ?? 0,
    messagesReceived: room?.signals.received ?? 0,
  };
}

async function describeSession(session: Session, addresses: boolean): Promise<RemoteSnapshot> {
  const { id, metadata, record, remote, link, isBuilding } = session;
  const connection = link === undefined ? undefined : await describeConnection(link, isBuilding, addresses);
  return {
    id,
    state: session.state,
    admitted: remote !== undefined,
    ...(metadata !== undefined && { metadata }),
    states: record.states,
    signals: record.signals,
    channels: [...session.registry.labelled].map(describeChannel),
    streams: [...session.media.streams.keys()],
    ...(connection !== undefined && { connection }),
  };
}

function describeGone({ id, admitted, metadata, record }: GoneRemote): RemoteSnapshot {
  return {
    id,
    state: "closed",
    admitted,
    ...(metadata !== undefined && { metadata }),
    states: record.states,
    signals: record.signals,
    channels: [],
    streams: [],
  };
}

function describeChannel({
  label,
  options,
  id,
  native,
  carrier,
  transfers,
  traffic,
}: LabelledChannel): ChannelSnapshot {
  return {
    label,
    id: id ?? null,
    readyState: native?.readyState ?? "connecting",
    ordered: options.ordered ?? true,
    reliable: options.maxPacketLifeTime === undefined && options.maxRetransmits === undefined,
    protocol: options.protocol ?? "",
    bufferedAmount: native?.bufferedAmount ?? 0,
    transfers: transfers?.size ?? 0,
    messagesSent: traffic.messagesSent,
    messagesReceived: traffic.messagesReceived,
    bytesSent: carrier?.bytesSent ?? 0,
    bytesReceived: carrier?.bytesReceived ?? 0,
  };
}

/** Of its own `stats`, not the remote's: bitrates of whoever asks for those are not disturbed, and nobody is pinged. */
async function describeConnection(link: Link, building: boolean, addresses: boolean): Promise<ConnectionSnapshot> {
  const { connection, epoch } = link;
  const { state, stage } = connection;
  // It may be closed meanwhile.
  const { roundTripTimeMs, bytesSent, bytesReceived, selectedCandidatePair } = await connection
    .stats()
    .catch(() => NOTHING_SENT);
  return {
    epoch,
    state,
    ...(stage !== undefined && { stage }),
    building,
    ...(roundTripTimeMs !== undefined && { roundTripTimeMs }),
    bytesSent,
    bytesReceived,
    ...(selectedCandidatePair !== undefined && { candidatePair: describePair(selectedCandidatePair, addresses) }),
  };
}

function describePair(
  { local, remote }: { readonly local: CandidateInfo; readonly remote: CandidateInfo },
  addresses: boolean,
): NonNullable<ConnectionSnapshot["candidatePair"]> {
  const describe = ({ type, protocol, address, port }: CandidateInfo): CandidateSnapshot =>
    addresses ? { type, protocol, address, port } : { type, protocol };
  return {
    local: describe(local),
    remote: describe(remote),
    relayed: local.type === "relay" || remote.type === "relay",
  };
}
