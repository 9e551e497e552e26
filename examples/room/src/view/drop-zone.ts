import { byId, setText } from "../dom.js";

/** The whole page takes files. */
export function dropZone(caption: () => string, send: (files: readonly File[]) => void): void {
  const overlay = byId("drop", HTMLElement);
  const text = byId("drop-text", HTMLElement);
  // Entering a child fires before leaving its parent: only the count knows when the pointer is really gone.
  let depth = 0;
  const end = (): void => {
    depth = 0;
    overlay.hidden = true;
  };

  addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth += 1;
    setText(text, caption());
    overlay.hidden = false;
  });
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    depth -= 1;
    if (depth <= 0) end();
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    // Without this the browser leaves the room to show the file.
    event.preventDefault();
    end();
    send([...(event.dataTransfer?.files ?? [])]);
  });
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
