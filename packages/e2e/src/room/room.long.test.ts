import { describeWith } from "../browser/index.js";
import { insecureMeeting, meeting, setStage } from "./meet-and-talk.js";

// The two that decide first whether anything works at all: room.test.ts.
setStage();

describeWith(["chromium"], "Chromium", (browser) => {
  meeting("chromium", "chromium", browser);
  meeting("chromium", "node", browser);
  insecureMeeting(browser);
});
describeWith(["firefox"], "Firefox", (browser) => {
  meeting("node", "firefox", browser);
  meeting("firefox", "node", browser);
});
describeWith(["chromium", "firefox"], "Chromium and Firefox", (browser) => {
  meeting("chromium", "firefox", browser);
  meeting("firefox", "chromium", browser);
});
