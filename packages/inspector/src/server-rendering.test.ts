import { expect, it } from "vitest";
import { PeerhoodInspector } from "./index.js";

it("is imported on a server, where there are no elements, without a word", () => {
  expect(globalThis.customElements).toBe(undefined);
  expect(PeerhoodInspector.name).toBe("PeerhoodInspector");
});
