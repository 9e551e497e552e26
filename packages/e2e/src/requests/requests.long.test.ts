import { describeWith } from "../browser/index.js";
import { asking, setStage } from "./both-ask.js";

// Node with Node and with Chromium: requests.test.ts.
setStage();

describeWith(["chromium"], "requests between two pages", (browser) => {
  asking(
    () => browser("chromium"),
    () => browser("chromium"),
  );
});
describeWith(["firefox"], "requests between Node and a page in firefox", (browser) => {
  asking(
    () => browser("firefox"),
    () => "node",
  );
});
