/** Who is here, and the states that they were in. */
export const PEOPLE = `
/* A state is told by its word, its colour and the form of its mark. */
.chip {
  flex: none;
  display: inline-flex;
  align-items: center;
  gap: 6px;
  color: var(--quiet);
}

.chip::before {
  content: "";
  width: 8px;
  height: 8px;
  border: 2px solid var(--edge);
  border-radius: 50%;
}

.chip:is([data-state="connected"], [data-state="open"]) {
  color: var(--good);
}

.chip:is([data-state="connected"], [data-state="open"])::before {
  border-color: var(--good);
  background: var(--good);
}

.chip:is([data-state="connecting"], [data-state="closing"]) {
  color: var(--wait);
}

.chip:is([data-state="connecting"], [data-state="closing"])::before {
  border-color: var(--wait);
  border-right-color: transparent;
}

.chip:is([data-state="disconnected"], [data-state="failed"]) {
  color: var(--bad);
}

.chip:is([data-state="disconnected"], [data-state="failed"])::before {
  border-color: var(--bad);
  border-radius: 1px;
}

.mesh {
  display: block;
  width: 100%;
  max-width: 300px;
  margin: 0 auto 8px;
}

.mesh text {
  fill: var(--ink);
  font-size: 11px;
  /* Keeps off the lines that it lies on. */
  paint-order: stroke;
  stroke: var(--surface);
  stroke-width: 4px;
  stroke-linejoin: round;
}

.edge {
  stroke: var(--edge);
  stroke-width: 1.5;
  stroke-dasharray: 1 4;
  stroke-linecap: round;
}

.edge[data-state="connected"] {
  stroke: var(--good);
  stroke-width: 2;
  stroke-dasharray: none;
}

.edge[data-state="connecting"] {
  stroke: var(--wait);
  stroke-dasharray: 5 4;
}

.edge:is([data-state="disconnected"], [data-state="failed"]) {
  stroke: var(--bad);
}

.node {
  fill: var(--surface);
  stroke: var(--edge);
  stroke-width: 2;
}

.node[data-state="connected"] {
  stroke: var(--good);
}

.node[data-state="connecting"] {
  stroke: var(--wait);
}

.node:is([data-state="disconnected"], [data-state="failed"]) {
  stroke: var(--bad);
}

.node.selected {
  fill: var(--tint);
  stroke-width: 3.5;
}

.node.self {
  fill: var(--accent);
  stroke: none;
}

.people {
  display: grid;
  gap: 6px;
}

.people button {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 2px 10px;
  width: 100%;
  min-height: 36px;
  text-align: left;
}

.people b {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.strip {
  display: flex;
  height: 14px;
  margin: 8px 0;
  overflow: hidden;
  border-radius: 4px;
  background: var(--line);
}

.strip span {
  flex: 1 1 0;
  min-width: 2px;
  background: var(--edge);
}

.strip [data-state="none"] {
  min-width: 0;
  background: none;
}

.strip [data-state="connected"] {
  background: var(--good);
}

.strip [data-state="connecting"] {
  background: repeating-linear-gradient(90deg, var(--wait) 0 4px, transparent 4px 7px);
}

.strip :is([data-state="disconnected"], [data-state="failed"]) {
  background: repeating-linear-gradient(45deg, var(--bad) 0 3px, transparent 3px 6px);
}

.strip [data-state="closed"] {
  background: none;
}
`;
