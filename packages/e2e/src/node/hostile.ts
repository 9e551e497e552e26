// A bot in a room with members that break every rule, and with listeners and a driver that fail. Runs with
// --unhandled-rejections=strict; prints the error codes that each attack led to. At the end an honest member still
// gets an answer.
import { nodeAdapter } from "@peerhood/adapter-node";
import type { PeerConnection } from "node-datachannel";
import { createIdentity, MemoryDriver, Peer } from "peerhood";
import { HostileMember } from "./hostile-member.js";

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const seen: Record<string, string[]> = {};
let attack = "";

/** Publishes only while it is told to. */
class FickleDriver extends MemoryDriver {
  fails = false;
  override publish(topic: string, data: Uint8Array): Promise<void> {
    return this.fails ? Promise.reject(new Error("the broker said no")) : super.publish(topic, data);
  }
}

const botDriver = new FickleDriver();
// Between the ids of the members, of which those with the lowest digit offer, and those with the highest answer.
let identity = await createIdentity();
while (/^[2z]/.test(identity.id)) identity = await createIdentity();
const bot = new Peer({ driver: botDriver, identity, logger: quiet });
let lastError: unknown;
const note = (code: string): void => {
  const codes = (seen[attack] ??= []);
  if (!codes.includes(code)) codes.push(code);
};
bot.on("error", ({ error }) => note(error.code));
bot.on("channel:error", ({ error }) => note(error.code));
bot.on("connection:failed", ({ error }) => {
  lastError = error;
  note(error.code);
});
bot.on("channel:message", ({ remote, data, label }) => {
  if (label === "chat") data.then((text) => remote.send(`echo ${String(text)}`, "chat")).catch(() => {});
});
await bot.open("chat");
await bot.join("arena");

// Says where it hangs, if it does, before it is killed for it.
setTimeout(() => {
  const remotes = [...bot.remotes.values()].map(({ id, state }) => `${id.slice(0, 4)} ${state}`);
  console.error(
    `Still at "${attack}"; remotes: ${remotes.join(", ")}; seen: ${JSON.stringify(seen)}; last:`,
    lastError,
  );
}, 45_000).unref();

/** What `change` leads to, seen by an event of the bot. */
function event(name: "error" | "connection:connected" | "connection:closed" | "connection:new"): Promise<unknown> {
  return new Promise((resolve) => bot.once(name, resolve));
}

async function withMember(
  name: string,
  role: "offering" | "answering",
  attackIt: (member: HostileMember) => Promise<void>,
  options: { connects: boolean } = { connects: true },
): Promise<void> {
  attack = name;
  const member = new HostileMember({ driver: new MemoryDriver(), adapter: nodeAdapter, role });
  member.connects = options.connects;
  const met = event("connection:new");
  await member.join("arena");
  await met;
  await attackIt(member);
  // In this order: a member that is gone first would be one more failure to see.
  await bot.remotes.get(member.id)?.dispose();
  await member.leave();
}

/** The member's control channel, open and with the hello said. */
async function controlOf(member: HostileMember, connected: Promise<unknown>): Promise<(text: string) => void> {
  const control = await member.openControl();
  control.send(JSON.stringify({ t: "hello", v: 2, maxFrameBytes: 65_536, runtime: "hostile", m: 0, c: [] }));
  await connected;
  return (text) => control.send(text);
}

attack = "listeners";
const loud = (): never => {
  throw new Error("a listener throws");
};
const rejecting = async (): Promise<never> => Promise.reject(new Error("a listener rejects"));
bot.on("connection:new", loud);
bot.on("connection", rejecting);
await withMember("listeners", "offering", async () => {}, { connects: false });
bot.off("connection:new", loud);
bot.off("connection", rejecting);

attack = "publish";
botDriver.fails = true;
const failed = event("error");
bot.setMetadata({ mood: "fine" });
const pretender = new HostileMember({
  driver: new MemoryDriver(),
  adapter: nodeAdapter,
  role: "offering",
});
await pretender.join("arena");
await failed;
botDriver.fails = false;
await pretender.leave();

for (const sdp of ["", "v=0", "x".repeat(300_000), "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"]) {
  await withMember(
    "bad SDP",
    "offering",
    async (member) => {
      const closed = event("connection:closed");
      member.say({ t: "description", e: 1, description: { type: "offer", sdp } });
      await closed;
    },
    { connects: false },
  );
}

await withMember("bad candidates", "offering", async (member) => {
  const connected = event("connection:connected");
  await controlOf(member, connected);
  const refused = event("error");
  member.control?.send(JSON.stringify({ t: "candidate", e: 1, candidate: { candidate: "candidate:\u0000 nonsense" } }));
  member.control?.send(JSON.stringify({ t: "candidate", e: 1, candidate: { candidate: 7, sdpMid: {} } }));
  await refused;
});

await withMember("70,000-byte label", "answering", async (member) => {
  const send = await controlOf(member, event("connection:connected"));
  const closed = event("connection:closed");
  send(JSON.stringify({ t: "channel-ask", label: "x".repeat(70_000), options: {} }));
  await closed;
});

for (const garbage of ["", "{", "null", '{"t":7}', "\u0000\u0001", '{"t":"channel-open","label":3,"id":-1}']) {
  await withMember("garbage on control", "offering", async (member) => {
    const send = await controlOf(member, event("connection:connected"));
    const closed = event("connection:closed");
    send(garbage);
    await closed;
  });
}

await withMember("channels of its own", "offering", async (member) => {
  await controlOf(member, event("connection:connected"));
  const refused = event("error");
  const native = member.connection?.native as PeerConnection;
  for (let index = 0; index < 50; index++) {
    const channel = native.createDataChannel(`flood ${index}`);
    channel.onMessage(() => {});
    channel.onClosed(() => {});
    channel.onOpen(() => {
      // The bot closes it meanwhile, and what is thrown inside a native callback would end this process.
      try {
        for (let count = 0; count < 2_000 && channel.isOpen(); count++) channel.sendMessage("x".repeat(1_000));
      } catch {}
    });
  }
  await refused;
});

await withMember("flood of channels asked for", "answering", async (member) => {
  const send = await controlOf(member, event("connection:connected"));
  for (let index = 0; index < 2_000; index++) {
    send(JSON.stringify({ t: "channel-ask", label: `c${index}`, options: {} }));
  }
  const answered = new Promise<void>((resolve) => {
    member.control?.addEventListener("message", ({ data }) => {
      const message = JSON.parse(String(data)) as { t: string; label: string };
      if (message.t === "channel-refused" && message.label === "c1999") resolve();
    });
  });
  await answered;
  note(`${bot.remotes.get(member.id)?.channels.size ?? 0} channels`);
});

attack = "nobody awaits";
bot.send({ lost: true }, { to: "2".repeat(32) });
await event("error").catch(() => {});

// After all that, an honest member is served.
const honest = new Peer({ driver: new MemoryDriver(), logger: quiet });
const answer = new Promise<unknown>((resolve, reject) => {
  honest.on("channel:message", ({ data }) => void data.then(resolve, reject));
});
await honest.open("chat");
await honest.join("arena");
await new Promise((resolve) => honest.once("channel:open", resolve));
await honest.send("still there?", "chat");
const echoed = await answer;
await Promise.all([honest.leave(), bot.leave()]);
console.log(JSON.stringify({ seen, echoed, remotes: bot.remotes.size }));
