import { byId, setText } from "../dom.js";

const THANKS_MS = 2_000;

/** The button that copies the link to this room, on secure and insecure origins alike. */
export function inviteButton(link: string, announce: (text: string) => void): void {
  const button = byId("invite", HTMLButtonElement);
  const text = byId("invite-text", HTMLElement);
  const usual = text.textContent ?? "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener("click", () => {
    void copy(link).then((copied) => {
      if (!copied) return show(link);
      announce("Invite link copied.");
      button.dataset["copied"] = "";
      setText(text, "Link copied");
      clearTimeout(timer);
      timer = setTimeout(() => {
        delete button.dataset["copied"];
        setText(text, usual);
      }, THANKS_MS);
    });
  });
}

async function copy(text: string): Promise<boolean> {
  // Typed as always there, and absent where the origin is not secure.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  try {
    if (clipboard !== undefined) {
      await clipboard.writeText(text);
      return true;
    }
  } catch {
    // Not allowed: the old way may still be.
  }
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "hidden";
  const focused = document.activeElement;
  document.body.append(box);
  box.select();
  // Deprecated, and the only way on plain http.
  const copied = document.execCommand("copy");
  box.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

function show(link: string): void {
  const field = byId("link", HTMLInputElement);
  field.value = link;
  byId("link-dialog", HTMLDialogElement).showModal();
  field.select();
}
