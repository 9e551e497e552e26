import type { ConnectionMedia, MediaDemand, MediaKind } from "@peerhood/core";
import type { DescribedSection } from "./media-section.js";
import { SimulatedSender } from "./simulated-sender.js";
import { SimulatedTrack } from "./simulated-track.js";

/** Where what is sent is found, by the name that a description gives it: media takes no time and no bandwidth here. */
export type MediaSources = Map<string, () => SimulatedTrack | null>;

interface Section {
  readonly mid: string;
  readonly kind: MediaKind;
  sender: SimulatedSender | undefined;
  remote: DescribedSection | undefined;
  incoming: SimulatedTrack;
}

/** Media of one simulated connection: sections as in real descriptions, tracks by reference. */
export class SimulatedMedia implements ConnectionMedia {
  readonly #sources: MediaSources;
  /** Begins the names of this connection's sources. */
  readonly #name: string;
  readonly #senders: SimulatedSender[] = [];
  readonly #sections: Section[] = [];
  readonly #incoming = new Map<string, SimulatedTrack>();
  #reserved: MediaDemand = { audio: 0, video: 0 };

  constructor(sources: MediaSources, name: string) {
    this.#sources = sources;
    this.#name = name;
  }

  get demand(): MediaDemand {
    const count = (kind: MediaKind): number => this.#senders.filter((sender) => sender.kind === kind).length;
    return { audio: count("audio"), video: count("video") };
  }

  get pending(): boolean {
    const short = (kind: MediaKind): boolean => this.#count(kind) < this.#reserved[kind];
    return this.#senders.some(({ mid }) => mid === undefined) || short("audio") || short("video");
  }

  get incoming(): ReadonlyMap<string, SimulatedTrack> {
    return this.#incoming;
  }

  /** Sections of this connection's descriptions. */
  get size(): number {
    return this.#sections.length;
  }

  createSender(kind: MediaKind): SimulatedSender {
    const sender = new SimulatedSender(kind);
    this.#senders.push(sender);
    return sender;
  }

  reserve(demand: MediaDemand): void {
    this.#reserved = demand;
  }

  /** The sections of an offer of this side. */
  offer(): DescribedSection[] {
    this.#place();
    for (const sender of this.#senders) if (sender.mid === undefined) this.#give(this.#add(sender.kind), sender);
    for (const kind of ["audio", "video"] as const) while (this.#count(kind) < this.#reserved[kind]) this.#add(kind);
    return this.#sections.map((section) => this.#describe(section, true, true));
  }

  /** The sections of the answer. Throws where the offer can not be taken; nothing has changed then. */
  answer(offer: readonly DescribedSection[]): DescribedSection[] {
    this.#check(offer);
    for (const { kind, mid } of offer.slice(this.#sections.length)) this.#add(kind, mid);
    this.#place();
    this.#take(offer);
    return this.#sections.map((section, at) => this.#describe(section, offer[at]?.receives, offer[at]?.sends));
  }

  acceptAnswer(answer: readonly DescribedSection[]): void {
    if (answer.length !== this.#sections.length) throw new Error("an answer with other sections than the offer");
    this.#check(answer);
    this.#take(answer);
  }

  close(): void {
    for (const { mid } of this.#sections) this.#sources.delete(this.#source(mid));
    for (const { incoming } of this.#sections) incoming.end();
  }

  #check(described: readonly DescribedSection[]): void {
    if (described.length < this.#sections.length) throw new Error("a description that has lost sections");
    this.#sections.forEach(({ mid, kind }, at) => {
      if (described[at]?.mid !== mid || described[at]?.kind !== kind) throw new Error("sections that have changed");
    });
  }

  #take(described: readonly DescribedSection[]): void {
    for (const [at, section] of this.#sections.entries()) {
      section.remote = described[at];
      if (described[at]?.sends) this.#incoming.set(section.mid, section.incoming);
      else this.#incoming.delete(section.mid);
    }
  }

  #place(): void {
    for (const sender of this.#senders) {
      const free = this.#sections.find((section) => section.kind === sender.kind && section.sender === undefined);
      if (sender.mid === undefined && free !== undefined) this.#give(free, sender);
    }
  }

  #give(section: Section, sender: SimulatedSender): void {
    section.sender = sender;
    sender.mid = section.mid;
    this.#sources.set(this.#source(section.mid), () => sender.track);
  }

  #add(kind: MediaKind, mid = `m${this.#sections.length + 1}`): Section {
    const section: Section = {
      mid,
      kind,
      sender: undefined,
      remote: undefined,
      incoming: new SimulatedTrack(kind, `${this.#name}/in/${mid}`, () => {
        return this.#sources.get(section.remote?.source ?? "")?.() ?? null;
      }),
    };
    this.#sections.push(section);
    return section;
  }

  #describe({ mid, kind, sender }: Section, mayItSend = false, mayItReceive = false): DescribedSection {
    const source = this.#source(mid);
    return { mid, kind, sends: sender !== undefined && mayItSend, receives: mayItReceive, source };
  }

  #source(mid: string): string {
    return `${this.#name}/${mid}`;
  }

  #count(kind: MediaKind): number {
    return this.#sections.filter((section) => section.kind === kind).length;
  }
}
