/** What the bots say to each other. Whoever hears a line says the next one, if it is theirs. */
export const LINES = [
  { who: "Ada", text: "Hello Echo. Is anybody between us?" },
  { who: "Echo", text: "Only while we looked for each other. Now we talk directly." },
  { who: "Ada", text: "Then here is a file. Tell me what you get." },
  { who: "Echo", text: "Go ahead, I write it down as it comes." },
];

/** @param {string} who */
export function answerTo(who, text = "") {
  const next = LINES[LINES.findIndex((line) => line.text === text) + 1];
  return next?.who === who ? next.text : undefined;
}
