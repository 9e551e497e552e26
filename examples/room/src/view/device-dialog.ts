import { byId, h } from "../dom.js";
import { type DeviceKind, deviceProblem, listDevices } from "../media/devices.js";
import type { OwnMedia } from "../media/own-media.js";

const KINDS = [
  { kind: "audio", what: "microphone", id: "microphones" },
  { kind: "video", what: "camera", id: "cameras" },
] as const;

/** The choice of microphone and camera. What is in use changes at once; the rest when it is opened next. */
export function deviceDialog(button: HTMLElement, own: () => OwnMedia, report: (problem: string) => void): void {
  const dialog = byId("device-dialog", HTMLDialogElement);

  const fill = async (kind: DeviceKind, id: string): Promise<void> => {
    const list = byId(id, HTMLSelectElement);
    const devices = await listDevices(kind);
    const chosen = own().chosen(kind);
    const options = devices.map(({ deviceId, label }, index) => {
      const option = h(
        "option",
        { value: deviceId },
        label || `${kind === "audio" ? "Microphone" : "Camera"} ${index + 1}`,
      );
      option.selected = deviceId === chosen;
      return option;
    });
    list.replaceChildren(...options);
    list.disabled = options.length === 0;
    if (options.length === 0) list.append(h("option", {}, "None is known before the page may use one"));
  };
  const fillAll = async (): Promise<void> => {
    await Promise.all(KINDS.map(({ kind, id }) => fill(kind, id)));
  };

  button.addEventListener("click", () => {
    void fillAll().then(() => dialog.showModal());
  });
  navigator.mediaDevices.addEventListener("devicechange", () => {
    if (dialog.open) void fillAll();
  });
  for (const { kind, what, id } of KINDS) {
    const list = byId(id, HTMLSelectElement);
    list.addEventListener("change", () => {
      own()
        .choose(kind, list.value)
        .catch((error: unknown) => report(deviceProblem(error, what)));
    });
  }
}
