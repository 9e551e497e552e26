const ADJECTIVES =
  "amber brave calm clever early gentle golden happy keen kind lively lucky merry misty noble quick quiet silver sunny swift warm wild";
const PLACES =
  "arbour bay bridge brook canal corner field garden grove harbour haven hill island lane meadow mill orchard quay square terrace valley yard";
const ANIMALS =
  "Badger Beaver Crane Dormouse Falcon Finch Fox Hare Heron Kestrel Lynx Marten Mole Newt Otter Owl Puffin Robin Stoat Swan Tern Wren";

/** A room that nobody else is likely to be in: `quiet-harbour-7k2m`, a million per pair of words. */
export function inventRoom(): string {
  return `${pick(ADJECTIVES)}-${pick(PLACES)}-${tail(4)}`;
}

/** `Quiet Otter`. */
export function inventName(): string {
  const adjective = pick(ADJECTIVES);
  return `${adjective.slice(0, 1).toUpperCase()}${adjective.slice(1)} ${pick(ANIMALS)}`;
}

/** Reads `?room=lobby` or `#lobby`; without either invents one and puts it into the address, ready to be shared. */
export function roomOfPage(): string {
  const url = new URL(location.href);
  const room = (url.searchParams.get("room") ?? safeDecode(url.hash.slice(1))).trim();
  if (room !== "") return room;
  const invented = inventRoom();
  url.searchParams.set("room", invented);
  url.hash = "";
  history.replaceState(null, "", url);
  return invented;
}

/** The link that leads others here. */
export function inviteLink(room: string): string {
  const url = new URL("/", location.href);
  url.searchParams.set("room", room);
  return url.href;
}

/** Hue in degrees for an id, the same on every screen. */
export function hueOf(id: string): number {
  let hash = 7;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return (hash * 47) % 360;
}

export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => Array.from(word ?? "")[0]?.toUpperCase() ?? "").join("") || "?";
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function pick(words: string): string {
  const list = words.split(" ");
  return list[random(list.length)] ?? "";
}

function tail(length: number): string {
  // No 0, 1, i, l, o: links get read aloud.
  const alphabet = "23456789abcdefghjkmnpqrstuvwxyz";
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
}

/** `getRandomValues` exists on insecure origins, where `randomUUID` and `subtle` do not. */
function random(below: number): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value % below;
}
