import { PeerhoodInspector } from "./inspector-element.js";

export { PeerhoodInspector, type Inspectable } from "./inspector-element.js";

declare global {
  interface HTMLElementTagNameMap {
    "peerhood-inspector": PeerhoodInspector;
  }
}

// On a server there are no elements, and in a page with two copies of this package the first is the one.
if (globalThis.customElements?.get("peerhood-inspector") === undefined) {
  globalThis.customElements?.define("peerhood-inspector", PeerhoodInspector);
}
