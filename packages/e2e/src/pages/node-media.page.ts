/** The browser's own connection, driven step by step by an adapter-level test of media with Node. */
let connection: RTCPeerConnection;
let channel: RTCDataChannel;

export function open(): void {
  connection = new RTCPeerConnection();
  channel = connection.createDataChannel("control", { negotiated: true, id: 0 });
  // What nobody plays is not decoded.
  connection.addEventListener("track", ({ track }) => {
    const element = document.createElement(track.kind === "audio" ? "audio" : "video");
    element.autoplay = true;
    element.srcObject = new MediaStream([track]);
    document.body.append(element);
  });
}

/** Shares fake camera and microphone. */
export async function shareDevices(): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } });
  for (const track of stream.getTracks()) connection.addTrack(track, stream);
}

/** Sends fake camera and microphone in the sections that the other side's offers have made. */
export async function shareInOffered(): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } });
  for (const { receiver, sender } of connection.getTransceivers()) {
    const track = stream.getTracks().find(({ kind }) => kind === receiver.track.kind) ?? null;
    await sender.replaceTrack(track);
  }
  for (const transceiver of connection.getTransceivers()) transceiver.direction = "sendrecv";
}

/** Prefers one codec for the video that is sent. */
export function preferVideo(mimeType: string): void {
  const { codecs = [] } = RTCRtpReceiver.getCapabilities("video") ?? {};
  const wanted = codecs.filter((codec) => codec.mimeType === mimeType);
  for (const transceiver of connection.getTransceivers()) {
    if (transceiver.receiver.track.kind === "video") {
      transceiver.setCodecPreferences([...wanted, ...codecs.filter((codec) => !wanted.includes(codec))]);
    }
  }
}

/** With all candidates inside. */
export async function createOffer(): Promise<string> {
  await connection.setLocalDescription(await connection.createOffer());
  return described();
}

export async function acceptOffer(sdp: string): Promise<string> {
  await connection.setRemoteDescription({ type: "offer", sdp });
  await connection.setLocalDescription(await connection.createAnswer());
  return described();
}

/** First half of `acceptOffer`: transceivers are there after it. */
export async function takeOffer(sdp: string): Promise<void> {
  await connection.setRemoteDescription({ type: "offer", sdp });
}

export async function answer(): Promise<string> {
  await connection.setLocalDescription(await connection.createAnswer());
  return described();
}

export async function acceptAnswer(sdp: string): Promise<void> {
  await connection.setRemoteDescription({ type: "answer", sdp });
}

export async function addCandidate(candidate: RTCIceCandidateInit): Promise<void> {
  await connection.addIceCandidate(candidate);
}

export async function opened(): Promise<void> {
  if (channel.readyState === "open") return;
  await new Promise((resolve) => channel.addEventListener("open", resolve, { once: true }));
}

async function described(): Promise<string> {
  while (connection.iceGatheringState !== "complete") {
    await new Promise((resolve) => connection.addEventListener("icegatheringstatechange", resolve, { once: true }));
  }
  return connection.localDescription?.sdp ?? "";
}

export interface Counts {
  readonly framesDecoded: number;
  readonly framesDropped: number;
  readonly freezes: number;
  readonly frameWidth: number;
  readonly audioSamples: number;
  readonly concealedSamples: number;
  readonly audioEnergy: number;
  readonly keyFramesSent: number;
  readonly availableBitrate: number;
  readonly sentCodec: string;
  readonly nacksSent: number;
}

export async function counts(): Promise<Counts> {
  const all = [...(await connection.getStats()).values()] as Record<string, unknown>[];
  const sum = (type: string, kind: string, name: string): number =>
    all
      .filter((one) => one["type"] === type && (kind === "" || one["kind"] === kind))
      .reduce((total, one) => total + Number(one[name] ?? 0), 0);
  const sentVideo = all.find((one) => one["type"] === "outbound-rtp" && one["kind"] === "video");
  const codec = all.find((one) => one["id"] === sentVideo?.["codecId"]);
  return {
    framesDecoded: sum("inbound-rtp", "video", "framesDecoded"),
    framesDropped: sum("inbound-rtp", "video", "framesDropped"),
    freezes: sum("inbound-rtp", "video", "freezeCount"),
    frameWidth: sum("inbound-rtp", "video", "frameWidth"),
    audioSamples: sum("inbound-rtp", "audio", "totalSamplesReceived"),
    concealedSamples: sum("inbound-rtp", "audio", "concealedSamples"),
    audioEnergy: sum("inbound-rtp", "audio", "totalAudioEnergy"),
    keyFramesSent: sum("outbound-rtp", "video", "keyFramesEncoded"),
    availableBitrate: sum("candidate-pair", "", "availableOutgoingBitrate"),
    sentCodec: String(codec?.["mimeType"] ?? ""),
    nacksSent: sum("inbound-rtp", "video", "nackCount"),
  };
}

/** Resolves when `framesDecoded` and `audioSamples` are at least these. */
export async function decoded(frames: number, samples: number): Promise<Counts> {
  for (;;) {
    const now = await counts();
    if (now.framesDecoded >= frames && now.audioSamples >= samples) return now;
    // A page that nobody sees has no animation frames.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
