import type { Driver } from "peerhood";
import { byId, setText } from "./dom.js";

/** Shows whether newcomers can be met. Those who are connected already need no signaling any more. */
export function signalStatus(driver: Driver): void {
  const element = byId("signal", HTMLElement);
  const show = (): void => {
    element.dataset["state"] = driver.state;
    setText(element, driver.state === "open" ? "Open to newcomers" : "Looking for the signaling server");
  };
  driver.on("state", show);
  show();
}
