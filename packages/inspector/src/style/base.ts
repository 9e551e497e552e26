/** Colours and layout. Colours hold 4.5 to 1 as text and 3 to 1 as lines on their ground, light and dark. */
export const BASE = `
:host {
  --ground: #f6f8f6;
  --surface: #ffffff;
  --ink: #17211c;
  --quiet: #56635c;
  --line: #dbe1db;
  --edge: #79867e;
  --accent: #126b52;
  --good: #147a57;
  --wait: #8f5a00;
  --bad: #b3261e;
  --other: #3d5bb8;
  --tint: #e3f0ea;
  display: block;
  container-type: inline-size;
  color-scheme: light dark;
  color: var(--ink);
  background: var(--ground);
  font: 400 13px/1.45 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}

:host([hidden]) {
  display: none;
}

@media (prefers-color-scheme: dark) {
  :host {
    --ground: #0e1311;
    --surface: #151c19;
    --ink: #e4ebe7;
    --quiet: #9aa8a1;
    --line: #27322d;
    --edge: #6c7a73;
    --accent: #5fd0a6;
    --good: #4cc794;
    --wait: #e0a84a;
    --bad: #ff8f84;
    --other: #93aaf5;
    --tint: #16332a;
  }
}

*,
*::before,
*::after {
  box-sizing: border-box;
}

h2,
h3,
h4,
p,
ul,
ol,
dl,
dd {
  margin: 0;
  padding: 0;
}

ul,
ol {
  list-style: none;
}

h2 {
  font-size: 15px;
  font-weight: 650;
}

h3 {
  margin-bottom: 8px;
  font-size: 12px;
  font-weight: 600;
  color: var(--quiet);
}

h4 {
  font-size: 13px;
  font-weight: 600;
  overflow-wrap: anywhere;
}

b {
  font-weight: 600;
}

[hidden] {
  display: none !important;
}

.hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.quiet {
  color: var(--quiet);
}

:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}

button {
  min-height: 30px;
  padding: 3px 12px;
  border: 1px solid var(--edge);
  border-radius: 8px;
  background: var(--surface);
  color: inherit;
  font: inherit;
  cursor: pointer;
}

button:hover,
button[aria-pressed="true"] {
  border-color: var(--accent);
  background: var(--tint);
}

header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px 14px;
  padding: 12px 16px;
  border-bottom: 1px solid var(--line);
  background: var(--surface);
}

.room {
  color: var(--quiet);
  overflow-wrap: anywhere;
}

.actions {
  display: flex;
  gap: 8px;
  margin-left: auto;
}

.problem {
  padding: 8px 16px;
  color: var(--bad);
}

.body {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 12px;
  padding: 12px;
}

.column {
  display: grid;
  align-content: start;
  grid-template-columns: minmax(0, 1fr);
  gap: 12px;
}

.part {
  padding: 12px;
  border: 1px solid var(--line);
  border-radius: 10px;
  background: var(--surface);
}

@container (min-width: 720px) {
  .body {
    grid-template-columns: 250px minmax(0, 1fr);
  }

  .column:last-child {
    grid-column: 1 / -1;
    grid-template-columns: repeat(2, minmax(0, 1fr));
  }
}

@container (min-width: 1080px) {
  .body {
    grid-template-columns: 250px minmax(0, 1fr) 360px;
  }

  .column:last-child {
    grid-column: auto;
    grid-template-columns: minmax(0, 1fr);
  }
}
`;
