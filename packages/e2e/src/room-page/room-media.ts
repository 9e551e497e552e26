import axe from "axe-core";
import type { RoomPage } from "./room-page.js";

/** What a tile of the stage shows. */
export interface ShownTile {
  readonly caption: string;
  /** The picture is there and goes on; else the person's sign. */
  readonly pictured: boolean;
  readonly muted: boolean;
}

/** Resolves with the tiles when they are as wanted: `condition` is an expression about `tiles`. */
export function tilesUntil(page: RoomPage, condition: string): Promise<ShownTile[]> {
  return page.until(`(() => {
    const tiles = Array.from(document.querySelectorAll(".tile"), (tile) => ({
      caption: tile.querySelector("b").textContent,
      pictured: !tile.querySelector("video").classList.contains("hidden"),
      muted: !tile.querySelector(".tile-muted").hidden,
    }));
    return (${condition}) && tiles;
  })()`);
}

/** The tile with a caption that ends so has a picture that moves, and says how it arrives. */
export async function showsPicture(page: RoomPage, ending: string): Promise<void> {
  const tile = `Array.from(document.querySelectorAll(".tile")).find((one) =>
    one.querySelector("b").textContent.endsWith(${JSON.stringify(ending)}))`;
  await page.until(
    `/^[1-9]\\d+ × \\d+ · [1-9]\\d* fps · .*bit\\/s/.test(${tile}?.querySelector(".tile-quality").textContent)`,
  );
  await page.evaluate(`new Promise((resolve) => {
    const video = ${tile}.querySelector("video");
    const from = video.currentTime;
    const look = () => (video.currentTime > from && video.videoWidth > 0 ? resolve() : setTimeout(look, 50));
    look();
  })`);
}

/** Takes another microphone than the one in use, if there is another; returns how many there are. */
export async function chooseOtherMicrophone(page: RoomPage): Promise<number> {
  await page.press("devices");
  await page.until(`document.querySelector("#device-dialog").open`);
  return page.evaluate(`(() => {
    const list = document.querySelector("#microphones");
    const other = Array.from(list.options).find((option) => !option.selected);
    if (other !== undefined) {
      list.value = other.value;
      list.dispatchEvent(new Event("change"));
    }
    document.querySelector("#device-dialog button").click();
    return list.disabled ? 0 : list.options.length;
  })()`);
}

/** What axe-core finds wrong with the page as it is: rules of WCAG 2.2 and its own best practices. */
export function accessibilityProblems(page: RoomPage): Promise<string[]> {
  return page.evaluate(`(() => {
    ${axe.source};
    return axe.run().then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + " " + target.join(" "))));
  })()`);
}
