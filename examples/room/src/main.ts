import { isPeerhoodError, Peer, WebSocketDriver } from "peerhood";
import { chat } from "./chat.js";
import { logComings } from "./comings.js";
import { byId, setText } from "./dom.js";
import { countPeople } from "./format.js";
import { inviteLink, roomOfPage } from "./names.js";
import { watchPeople } from "./people.js";
import { OwnMedia } from "./media/own-media.js";
import { clean, keepName, ownProfile, type Profile } from "./profile.js";
import { signalStatus } from "./signal-status.js";
import { CHAT, FILES, type FileTransfer } from "./transfers/file-transfer.js";
import { receiveFile } from "./transfers/incoming.js";
import { sendFile } from "./transfers/outgoing.js";
import { paintAvatar } from "./view/avatar.js";
import { composer } from "./view/composer.js";
import { dropZone } from "./view/drop-zone.js";
import { inspectorPanel } from "./view/inspector-panel.js";
import { inviteButton } from "./view/invite.js";
import { type Author, Log } from "./view/log.js";
import { mediaBar } from "./view/media-bar.js";
import { meshPicture } from "./view/mesh.js";
import { peopleList } from "./view/people-list.js";
import { stage } from "./view/stage.js";
import { transferCard } from "./view/transfer-card.js";
import { unreadTitle } from "./view/title.js";
import { inWords } from "./words.js";

const room = roomOfPage();
let profile = ownProfile();

const driver = new WebSocketDriver(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`);
const peer = new Peer({ driver });
const me = (): Author => ({ id: peer.id, name: profile.name, mine: true });

const log = new Log(byId("log", HTMLElement));
const announcer = byId("announce", HTMLElement);
const announce = (text: string): void => setText(announcer, text);
const unread = unreadTitle(`${room} · peerhood`);

setText(byId("room", HTMLElement), room);
inviteButton(inviteLink(room), announce);
signalStatus(driver);
logComings(peer, log);
if (new URLSearchParams(location.search).has("inspect")) void inspectorPanel(peer);

const drawMesh = meshPicture(byId("mesh", HTMLElement), () => peer.id);
const drawList = peopleList(byId("people", HTMLElement));
const drawMe = (): void => paintAvatar(byId("my-avatar", HTMLElement), peer.id, profile.name);
watchPeople(peer, (people) => {
  drawMe();
  drawMesh(people, profile.name);
  drawList(people);
});

const drawStage = stage(peer, () => own, me);
const showMedia = mediaBar(
  () => own,
  (problem) => log.notice(problem, "problem"),
);
const own = new OwnMedia(peer, (state) => {
  showMedia(state);
  drawStage();
  const muted = state.microphone === "muted";
  if (muted !== profile.muted) advertise({ muted });
});

const say = chat(peer, log, unread);
composer({ say: (text) => say(me(), text), send: sendFiles });
dropZone(
  () =>
    peer.remotes.size === 0 ? "Nobody is here to receive it yet" : `Drop to send to ${countPeople(peer.remotes.size)}`,
  sendFiles,
);
peer.on("channel:message", (message) => {
  // Unread, what comes on a channel that this page knows nothing of would wait for ever.
  if (message.label !== FILES && message.label !== CHAT) return void message.data.cancel();
  if (message.label !== FILES) return;
  const transfer = receiveFile(message);
  show({ id: message.remote.id, name: transfer.legs[0]?.who ?? "", mine: false }, transfer);
  unread();
});

function sendFiles(files: readonly File[]): void {
  const remotes = [...peer.remotes.values()].filter((remote) => remote.state !== "closed" && remote.state !== "failed");
  if (remotes.length === 0 && files.length > 0) {
    log.notice("Nobody is here to receive a file yet. Send somebody the invite link first.", "problem");
    return;
  }
  for (const file of files) show(me(), sendFile(remotes, file));
}

function show(author: Author, transfer: FileTransfer): void {
  log.item(author, transferCard(transfer, { announce, grow: (change) => log.keepEnd(change) }));
}

const nameBox = byId("name", HTMLInputElement);
nameBox.value = profile.name;
byId("me", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  nameBox.blur();
});
nameBox.addEventListener("change", () => {
  const name = clean(nameBox.value) || profile.name;
  nameBox.value = name;
  keepName(name);
  advertise({ name });
  drawMe();
  drawStage();
});

function advertise(change: Partial<Profile>): void {
  profile = { ...profile, ...change };
  peer.setMetadata(profile);
}

addEventListener("hashchange", () => location.reload());
// Says goodbye, so that the others need not wait until they miss this page.
addEventListener("pagehide", () => void peer.leave());
addEventListener("pageshow", (event) => {
  // Brought back by the back button, with a Peer that has left.
  if (event.persisted) location.reload();
});

await peer.open(CHAT);
await peer.open(FILES);
await enter();

async function enter(): Promise<void> {
  let told = false;
  for (;;) {
    try {
      await peer.join({ room, metadata: profile });
      drawMe();
      drawMesh([], profile.name);
      return log.notice(
        `You are in ${room}. No server keeps what is said here: who comes later starts with a blank page.`,
      );
    } catch (error) {
      // A server that is away comes back; nothing else gets better by asking again.
      const away = isPeerhoodError(error) && error.code === "SIGNALING_UNREACHABLE";
      if (!told || !away) log.notice(`${inWords(error)}${away ? " Trying on." : ""}`, "problem");
      if (!away) return;
      told = true;
    }
  }
}
