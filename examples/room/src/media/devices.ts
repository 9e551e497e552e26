export type DeviceKind = "audio" | "video";

/** Why this page may use no camera and no microphone; `undefined` where it may ask. */
export function whyNoDevices(): string | undefined {
  // Typed as always there, and absent where the origin is not secure.
  if ((navigator.mediaDevices as MediaDevices | undefined) !== undefined) return undefined;
  return isSecureContext
    ? "This browser gives pages no camera and no microphone."
    : "Browsers give camera, microphone and screen to secure pages only. Open this one over https, or as http://localhost on the machine itself. You see and hear the others all the same.";
}

/** Whether a screen can be shared: phones have no way to. */
export function canShareScreen(): boolean {
  return whyNoDevices() === undefined && "getDisplayMedia" in navigator.mediaDevices;
}

/** Opens that device, or the one that the browser prefers. */
export async function openDevice(kind: DeviceKind, deviceId: string | undefined): Promise<MediaStreamTrack> {
  const which: MediaTrackConstraints = deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
  const wanted =
    kind === "audio" ? { audio: which } : { video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } } };
  const stream = await navigator.mediaDevices.getUserMedia(wanted);
  const [track] = stream.getTracks();
  if (track === undefined) throw new DOMException("The browser gave no track.", "NotFoundError");
  return track;
}

/** Names are there only once the page was allowed to use one. */
export async function listDevices(kind: DeviceKind): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === `${kind}input` && device.deviceId !== "");
}

/** What went wrong with a device, for people. `what`: "camera", "microphone", "screen". */
export function deviceProblem(error: unknown, what: string): string {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return `This page may not use your ${what}. The browser asks again from the sign in its address bar.`;
    case "NotFoundError":
    case "OverconstrainedError":
      return `There is no ${what} here, or it was unplugged.`;
    case "NotReadableError":
    case "AbortError":
      return `The ${what} can not be read. Another program may be using it.`;
    default:
      return `The ${what} could not be opened: ${error instanceof Error ? error.message : "the browser does not say why"}.`;
  }
}
