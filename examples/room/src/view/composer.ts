import { byId } from "../dom.js";

export interface ComposerHooks {
  say(text: string): void;
  send(files: readonly File[]): void;
}

/** The message box and the button for files. */
export function composer({ say, send }: ComposerHooks): void {
  const form = byId("composer", HTMLFormElement);
  const box = byId("message", HTMLTextAreaElement);
  const picker = byId("files", HTMLInputElement);

  const fit = (): void => {
    box.style.height = "auto";
    // The border counts into the height, but not into scrollHeight.
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  };
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    // While an input method composes, Enter takes its suggestion.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (text !== "") say(text);
    box.value = "";
    fit();
    box.focus();
  });

  byId("attach", HTMLButtonElement).addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    send([...(picker.files ?? [])]);
    // Else choosing the same file again would not be a change.
    picker.value = "";
  });
  box.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    send(files);
  });
}
