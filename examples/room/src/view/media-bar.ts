import { byId, setText } from "../dom.js";
import { canShareScreen, deviceProblem, whyNoDevices } from "../media/devices.js";
import type { OwnMedia, OwnMediaState } from "../media/own-media.js";
import { deviceDialog } from "./device-dialog.js";

/** The buttons for microphone, camera, screen and devices. Returns what shows their state. */
export function mediaBar(own: () => OwnMedia, report: (problem: string) => void): (state: OwnMediaState) => void {
  const microphone = byId("microphone", HTMLButtonElement);
  const camera = byId("camera", HTMLButtonElement);
  const screen = byId("screen", HTMLButtonElement);
  const devices = byId("devices", HTMLButtonElement);
  const reason = byId("no-devices", HTMLElement);
  const why = whyNoDevices();
  if (why !== undefined) {
    setText(reason, why);
    reason.hidden = false;
    for (const button of [microphone, camera, screen, devices]) {
      button.disabled = true;
      button.setAttribute("aria-describedby", reason.id);
    }
  }
  screen.hidden = why === undefined && !canShareScreen();

  const on = (button: HTMLButtonElement, what: string, act: () => Promise<void>): void => {
    button.addEventListener("click", () => {
      // Two prompts at once would be answered in no known order.
      if (button.ariaBusy === "true") return;
      button.ariaBusy = "true";
      act()
        .catch((error: unknown) => report(deviceProblem(error, what)))
        .finally(() => (button.ariaBusy = null));
    });
  };
  on(microphone, "microphone", () => own().toggleMicrophone());
  on(camera, "camera", () => own().toggleCamera());
  on(screen, "screen", () => own().toggleScreen());
  if (why === undefined) deviceDialog(devices, own, report);

  return (state) => {
    const words = { off: "Microphone", on: "Mute", muted: "Unmute" };
    setButton(microphone, state.microphone === "on", words[state.microphone]);
    microphone.dataset["state"] = state.microphone;
    setButton(camera, state.camera, state.camera ? "Stop camera" : "Camera");
    setButton(screen, state.screen, state.screen ? "Stop sharing" : "Share screen");
  };
}

/** The words say what a click does, so there is no `aria-pressed` beside them. */
function setButton(button: HTMLButtonElement, active: boolean, words: string): void {
  button.toggleAttribute("data-active", active);
  const text = button.querySelector("span");
  if (text !== null) setText(text, words);
}
