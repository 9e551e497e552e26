import { describeWith } from "../browser/index.js";
import { meeting, setStage } from "./meet-and-talk.js";

// All other pairs, and each the other way round: room.long.test.ts.
setStage();

describeWith([], "Node and Node, two processes", (browser) => meeting("node", "node", browser));
describeWith(["chromium"], "Chromium", (browser) => meeting("node", "chromium", browser));
