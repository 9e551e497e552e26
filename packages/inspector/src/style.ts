import { BASE } from "./style/base.js";
import { CHANNELS } from "./style/channels.js";
import { LADDER } from "./style/ladder.js";
import { PEOPLE } from "./style/people.js";

/** Of the shadow root. */
export const STYLE = BASE + PEOPLE + CHANNELS + LADDER;
