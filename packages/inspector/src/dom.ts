/** An element with attributes and children. Text goes in as text: what a remote chose never becomes markup. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number> = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Changes text only where it differs, so that a redraw moves no selection and a screen reader stays silent. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** A row of a list that stays, as long as its key is there. */
export interface Row<T> {
  readonly element: HTMLElement;
  update(item: T): void;
}

/** Keeps the children of `parent` in step with a list: what is focused in a row stays so while the row is there. */
export function keyedList<T>(parent: HTMLElement, keyOf: (item: T) => string, create: (item: T) => Row<T>) {
  const rows = new Map<string, Row<T>>();
  return (items: readonly T[]): void => {
    const { activeElement } = parent.getRootNode() as ShadowRoot;
    const wanted = new Set(items.map(keyOf));
    for (const [key, row] of rows) {
      if (wanted.has(key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    const keys = new Set<string>();
    let place = 0;
    for (const item of items) {
      const key = keyOf(item);
      if (keys.has(key)) continue;
      keys.add(key);
      const row = rows.get(key) ?? create(item);
      rows.set(key, row);
      row.update(item);
      const there = parent.children[place++];
      if (there !== row.element) parent.insertBefore(row.element, there ?? null);
    }
    // What is moved loses it.
    if (activeElement instanceof HTMLElement && parent.contains(activeElement)) {
      activeElement.focus({ preventScroll: true });
    }
  };
}

/** Calls `draw` when what it depends on, put into one string, is another than at the last call. */
export function whenChanged(draw: () => void): (signature: string) => void {
  let last: string | undefined;
  return (signature) => {
    if (signature === last) return;
    last = signature;
    draw();
  };
}
