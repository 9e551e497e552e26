import type { MediaKind } from "@peerhood/core";

/** What a file has of one kind, and whether it can be played as it is. */
export interface Convertible {
  readonly kind: MediaKind;
  readonly playable: boolean;
}

/**
 * The ffmpeg command that makes a file which can be played: what is playable is copied. VP8, since every browser has it,
 * with a key frame every two seconds, since whoever joins waits for one.
 */
export function convertCommand(path: string, tracks: readonly Convertible[]): string {
  const of = (kind: MediaKind): Convertible | undefined => tracks.find((track) => track.kind === kind);
  const [audio, video] = [of("audio"), of("video")];
  const isUnknown = tracks.length === 0;
  const options: string[] = [];
  if (video) {
    options.push(video.playable ? "-c:v copy" : "-c:v libvpx -deadline good -cpu-used 4 -b:v 2M");
    if (!video.playable) options.push("-pix_fmt yuv420p -force_key_frames 'expr:gte(t,n_forced*2)'");
  } else options.push("-vn");
  if (audio || isUnknown) options.push(audio?.playable ? "-c:a copy" : "-c:a libopus -ac 2 -b:a 96k");
  else options.push("-an");
  const target = `${withoutExtension(path)}.playable.${video ? "mkv" : "ogg"}`;
  return `ffmpeg -i ${quoted(path)} ${options.join(" ")} ${quoted(target)}`;
}

function withoutExtension(path: string): string {
  return path.replace(/(?<=[^/\\])\.[^./\\]*$/, "");
}

/** For a shell: as it is where nothing in it has a meaning there. */
function quoted(path: string): string {
  const safe = path.startsWith("-") ? `./${path}` : path;
  return /^[\w./:@%+=-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
