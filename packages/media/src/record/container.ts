import { PeerhoodError } from "@peerhood/core";
import type * as mediabunny from "mediabunny";
import type { RecordedCodec } from "./recorded-codec.js";
import type { RecordedPacket } from "./track-recorder.js";

const FORMATS = {
  webm: "WebMOutputFormat",
  mkv: "MkvOutputFormat",
  mp4: "Mp4OutputFormat",
  m4a: "Mp4OutputFormat",
  ogg: "OggOutputFormat",
  oga: "OggOutputFormat",
  opus: "OggOutputFormat",
} as const;

type Extension = keyof typeof FORMATS;

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function extensionOf(path: string): Extension {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  if (extension in FORMATS) return extension as Extension;
  throw new PeerhoodError(
    "INVALID_ARGUMENT",
    `A recording ends in .webm, .mkv, .mp4 or .ogg, which say what it is; ${JSON.stringify(path)} does not.`,
  );
}

export function holdsVideo(extension: Extension): boolean {
  return FORMATS[extension] !== "OggOutputFormat" && extension !== "m4a";
}

export interface ContainerTrack {
  write(packet: RecordedPacket): Promise<void>;
  /** Nothing more comes; the others need not wait for it. */
  end(): void;
}

/** A file that is being written. All of its tracks are known before the first packet. */
export class Container {
  readonly #output: mediabunny.Output;
  readonly tracks: readonly ContainerTrack[];

  private constructor(output: mediabunny.Output, tracks: readonly ContainerTrack[]) {
    this.#output = output;
    this.tracks = tracks;
  }

  /** @throws PeerhoodError `UNSUPPORTED_CODEC`: that container does not hold it */
  static async create(
    path: string,
    codecs: readonly (RecordedCodec & { readonly label: string })[],
  ): Promise<Container> {
    const bunny = await import("mediabunny");
    const extension = extensionOf(path);
    const format = new bunny[FORMATS[extension]]();
    const output = new bunny.Output({ format, target: new bunny.FilePathTarget(path) });
    const tracks = codecs.map((codec): ContainerTrack => {
      if (!(format.getSupportedCodecs() as string[]).includes(codec.name)) {
        throw new PeerhoodError(
          "UNSUPPORTED_CODEC",
          `A .${extension} file holds no ${codec.name}, which is what a track is in. Record to .mkv, which holds everything.`,
        );
      }
      const toPacket = ({ data, isKey, timestamp, duration }: RecordedPacket): mediabunny.EncodedPacket =>
        new bunny.EncodedPacket(data, isKey ? "key" : "delta", timestamp, duration);
      const metadata = codec.label === "" ? {} : { name: codec.label };
      if (codec.kind === "audio") {
        const source = new bunny.EncodedAudioPacketSource(codec.name);
        output.addAudioTrack(source, metadata);
        return {
          write: (packet) => source.add(toPacket(packet), { decoderConfig: codec.config }),
          end: () => source.close(),
        };
      }
      const source = new bunny.EncodedVideoPacketSource(codec.name);
      output.addVideoTrack(source, metadata);
      return {
        write: (packet) => source.add(toPacket(packet), { decoderConfig: codec.config }),
        end: () => source.close(),
      };
    });
    await output.start();
    return new Container(output, tracks);
  }

  async finish(): Promise<void> {
    await this.#output.finalize();
  }

  async abandon(): Promise<void> {
    await this.#output.cancel();
  }
}
