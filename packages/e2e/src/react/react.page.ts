import { useChannel, usePeer, useRemotes, useStream, useTransfer } from "@peerhood/react";
import { MemoryDriver, Peer, type Transfer } from "peerhood";
import { createElement as h, StrictMode, useEffect, useState, type ReactElement } from "react";
import { createRoot, type Root } from "react-dom/client";

/** What the page has open: counted by the script that runs before it. */
declare const native: { readonly made: number; readonly open: number };

interface Metadata {
  readonly name: string;
}

interface Props {
  readonly room: string | undefined;
  readonly name: string;
  readonly camera?: MediaStream | undefined;
  readonly file?: Uint8Array | undefined;
}

/** Drivers that the component's peers were given, and those of them that are open. */
const drivers: MemoryDriver[] = [];

function Member({ room, name, camera, file }: Props): ReactElement {
  const { peer, status, id } = usePeer({
    driver: () => {
      const driver = new MemoryDriver();
      drivers.push(driver);
      return driver;
    },
    room,
    metadata: { name },
  });
  const remotes = useRemotes<Metadata>(peer);
  const { messages, openTo, send } = useChannel<string>(peer, "chat");
  const streams = useStream<MediaStream>(peer, "camera", { share: camera });
  const [transfer, setTransfer] = useState<Transfer>();
  const progress = useTransfer(transfer);
  useEffect(() => {
    if (file !== undefined) setTransfer(peer?.send(file, "files"));
  }, [file]);
  return h(
    "div",
    null,
    h("output", { id: "status" }, status),
    h("output", { id: "id" }, id),
    h("output", { id: "remotes" }, remotes.map(({ metadata, state }) => `${metadata.name} ${state}`).join(", ")),
    h(
      "output",
      { id: "messages" },
      messages.map(({ data, remote }) => `${remote ? "got" : "sent"} ${data}`).join(", "),
    ),
    h("output", { id: "open" }, String(openTo)),
    h("output", { id: "streams" }, String(streams.length)),
    h("output", { id: "progress" }, transfer === undefined ? "" : `${progress.status} ${progress.current}`),
    h("button", { onClick: () => void send("from the button") }, "send"),
    streams.map(({ id, stream }) =>
      h("video", {
        key: id,
        autoPlay: true,
        muted: true,
        ref: (video: HTMLVideoElement | null) => {
          if (video !== null && video.srcObject !== stream) video.srcObject = stream;
        },
      }),
    ),
  );
}

let root: Root | undefined;
/** Plain peers of this page that see what the component does, by room. */
const observers = new Map<string, { peer: Peer; events: string[]; messages: unknown[] }>();

export async function observe(room: string): Promise<void> {
  const peer = new Peer({ driver: new MemoryDriver() });
  const [events, messages]: [string[], unknown[]] = [[], []];
  observers.set(room, { peer, events, messages });
  peer.on("connection:connected", ({ remote }) => events.push(`met ${(remote.metadata as Metadata).name}`));
  peer.on("connection:closed", ({ remote, reason }) => events.push(`${(remote.metadata as Metadata).name} ${reason}`));
  peer.on("stream:add", ({ label }) => events.push(`stream ${label}`));
  peer.on("stream:remove", ({ label }) => events.push(`no stream ${label}`));
  peer.on("channel:message", async ({ label, data, size }) => {
    const value = await data;
    messages.push(label === "chat" ? value : size);
  });
  await peer.open("chat");
  await peer.open("files");
  await peer.join({ room, metadata: { name: `observer of ${room}` } });
}

function observerOf(room: string): { peer: Peer; events: string[]; messages: unknown[] } {
  const observer = observers.get(room);
  if (observer === undefined) throw new Error(`nobody observes ${room}`);
  return observer;
}

export function render({
  strict = true,
  canvas = false,
  bytes = 0,
  ...props
}: {
  room?: string;
  name: string;
  strict?: boolean;
  canvas?: boolean;
  bytes?: number;
}): void {
  root ??= createRoot(document.body.appendChild(document.createElement("main")));
  const { room, name } = props;
  const member = h(Member, {
    room,
    name,
    camera: canvas ? picture() : undefined,
    file: bytes === 0 ? undefined : bytesOf(bytes),
  });
  root.render(strict ? h(StrictMode, null, member) : member);
}

export function unmount(): void {
  root?.unmount();
  root = undefined;
}

/** Mounts and unmounts so many times, without waiting for anything. */
export function flicker(times: number, room: string): void {
  for (let time = 0; time < times; time++) {
    render({ room, name: `round ${time}` });
    unmount();
  }
}

export function text(id: string): string {
  return document.getElementById(id)?.textContent ?? "";
}

export function click(): void {
  document.querySelector("button")?.click();
}

/** Width of what plays, 0 if nothing does. */
export function playing(): number {
  return document.querySelector("video")?.videoWidth ?? 0;
}

export function say(room: string, message: string): Promise<void> {
  return observerOf(room).peer.send(message, "chat").then();
}

export function rename(room: string, name: string): void {
  observerOf(room).peer.setMetadata({ name });
}

export function shareFrom(room: string): void {
  observerOf(room).peer.share({ stream: picture() as never, label: "camera" });
}

export function seen(room: string): { events: string[]; messages: unknown[]; remotes: number } {
  const { peer, events, messages } = observerOf(room);
  return { events, messages, remotes: peer.remotes.size };
}

export async function leave(): Promise<void> {
  for (const { peer } of observers.values()) await peer.leave();
}

export function left(): { made: number; open: number; drivers: number; topics: number } {
  const bus = Reflect.get(globalThis, Symbol.for("peerhood.memory-bus")) as Map<string, unknown> | undefined;
  return {
    made: native.made,
    open: native.open,
    drivers: drivers.filter(({ state }) => state === "open").length,
    topics: bus?.size ?? 0,
  };
}

const pictures: MediaStream[] = [];
let files: Uint8Array | undefined;

/** One and the same: another object would be another stream to share. */
function picture(): MediaStream {
  if (pictures[0] !== undefined) return pictures[0];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [64, 48];
  const context = canvas.getContext("2d");
  setInterval(() => context?.fillRect(Math.random() * 64, Math.random() * 48, 4, 4), 30);
  const stream = canvas.captureStream(30);
  pictures.push(stream);
  return stream;
}

function bytesOf(length: number): Uint8Array {
  return (files ??= new Uint8Array(length));
}
