import { h, setText } from "../dom.js";
import { CAMERA } from "../media/own-media.js";
import { avatar, paintAvatar } from "./avatar.js";

export interface TileContent {
  /** Of the person. */
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly stream: MediaStream;
  readonly mine: boolean;
  readonly muted: boolean;
}

/** One stream on the stage: the picture, or the person's sign while there is none, and who it is. */
export class Tile {
  readonly element: HTMLElement;
  readonly #video = h("video", { playsinline: "", autoplay: "" });
  readonly #sign: HTMLElement;
  readonly #name = h("b", {});
  readonly #mute = h("span", { class: "tile-muted", hidden: "" }, "muted");
  readonly #quality = h("span", { class: "tile-quality" });

  /** `blocked`: the browser plays nothing with sound before somebody clicks. */
  constructor({ id, name, mine, label }: TileContent, blocked: () => void) {
    this.#sign = avatar(id, name);
    const enlarge = h("button", { type: "button", class: "tile-enlarge" }, "Enlarge");
    const video = this.#video;
    enlarge.addEventListener("click", () => void video.requestFullscreen().catch(() => {}));
    const caption = h("figcaption", {}, this.#name, this.#mute, this.#quality);
    this.element = h(
      "figure",
      { class: `tile ${label === CAMERA ? "face" : "screen"}` },
      this.#sign,
      video,
      caption,
      enlarge,
    );
    if (mine) this.element.dataset["mine"] = "";
    video.muted = mine;
    video.addEventListener("loadedmetadata", () => {
      video.play().catch((error: unknown) => {
        if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
        // The picture may be seen at least.
        video.muted = true;
        void video.play().catch(() => {});
        blocked();
      });
    });
  }

  show({ id, name, label, stream, mine, muted }: TileContent): void {
    const what = label === CAMERA ? (mine ? `${name} (you)` : name) : `${mine ? "Your" : `${name}'s`} ${label}`;
    if (this.#video.srcObject !== stream) this.#video.srcObject = stream;
    this.#video.setAttribute("aria-label", what);
    paintAvatar(this.#sign, id, name);
    setText(this.#name, what);
    this.#mute.hidden = !muted;
    const pictured = stream.getVideoTracks().length > 0;
    this.#sign.hidden = pictured;
    this.#video.classList.toggle("hidden", !pictured);
    this.element.querySelector("button")?.toggleAttribute("hidden", !pictured);
  }

  setQuality(words: string): void {
    setText(this.#quality, words);
  }

  /** Somebody has clicked: sound may be heard now. */
  play(): void {
    this.#video.muted = this.element.dataset["mine"] !== undefined;
    void this.#video.play().catch(() => {});
  }

  remove(): void {
    this.#video.srcObject = null;
    this.element.remove();
  }
}
