/** A description cut at its `m=` lines; lines are without their ends. */
export interface SplitDescription {
  readonly session: readonly string[];
  readonly sections: readonly (readonly string[])[];
}

export function splitDescription(sdp: string): SplitDescription {
  const session: string[] = [];
  const sections: string[][] = [];
  let current = session;
  for (const line of sdp.split(/\r?\n/)) {
    if (line === "") continue;
    if (line.startsWith("m=")) sections.push((current = []));
    current.push(line);
  }
  return { session, sections };
}

export function joinDescription({ session, sections }: SplitDescription): string {
  return [...session, ...sections.flat()].map((line) => `${line}\r\n`).join("");
}

/** `audio`, `video`, `application`… */
export function kindOf([first = ""]: readonly string[]): string {
  return first.slice(2).split(" ")[0] ?? "";
}

/** The text behind `a=name:`, of the first such line. */
export function attributeOf(lines: readonly string[], name: string): string | undefined {
  return attributesOf(lines, name)[0];
}

export function attributesOf(lines: readonly string[], name: string): string[] {
  const prefix = `a=${name}:`;
  return lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length).trim());
}

const TRANSPORT = /^a=(ice-ufrag|ice-pwd|fingerprint|setup):/;

/** ICE and DTLS: with BUNDLE, those of one section go for all (RFC 9143, section 7.1.3). */
export function transportOf(lines: readonly string[]): string[] {
  return lines.filter((line) => TRANSPORT.test(line));
}

export function withoutTransport(lines: readonly string[]): string[] {
  return lines.filter((line) => !TRANSPORT.test(line));
}
