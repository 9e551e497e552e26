import { describeWith } from "../browser/index.js";
import { asking, setStage } from "./both-ask.js";

// Two pages, and Firefox: requests.long.test.ts.
setStage();

const node = (): "node" => "node";
describeWith([], "requests between two Node processes", () => asking(node, node));
describeWith(["chromium"], "requests between Node and a page in chromium", (browser) => {
  asking(() => browser("chromium"), node);
});
