/** Lists, facts, channels and their plots. */
export const CHANNELS = `
.scroll {
  max-height: 250px;
  overflow-y: auto;
  overscroll-behavior: contain;
}

.part:has(.ladder) .scroll {
  max-height: 340px;
}

time {
  flex: none;
  color: var(--quiet);
  font-size: 12px;
  font-variant-numeric: tabular-nums;
}

.rows {
  display: grid;
  gap: 4px;
}

.rows li {
  display: flex;
  align-items: baseline;
  gap: 10px;
}

.happenings span {
  min-width: 0;
  overflow-wrap: anywhere;
}

.facts {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(160px, 1fr));
  gap: 8px 16px;
}

dt {
  color: var(--quiet);
  font-size: 12px;
}

dd {
  overflow-wrap: anywhere;
}

.channels {
  display: grid;
  gap: 16px;
}

.head {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 2px 12px;
}

.plot svg {
  display: block;
  width: 100%;
  height: 60px;
  background: var(--ground);
}

.plot.buffered svg {
  height: 28px;
}

.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 14px;
  margin: 6px 0 4px;
  font-variant-numeric: tabular-nums;
}

.highest {
  margin-left: auto;
}

.key::before {
  content: "";
  display: inline-block;
  width: 14px;
  margin-right: 6px;
  border-top: 2px solid var(--accent);
  vertical-align: middle;
}

.key.received::before {
  border-top: 2px dashed var(--other);
}

.key.buffered::before {
  border-color: var(--wait);
}

.line {
  fill: none;
  stroke: var(--accent);
  stroke-width: 1.75;
  vector-effect: non-scaling-stroke;
}

.line.received {
  stroke: var(--other);
  stroke-dasharray: 5 3;
}

.line.buffered {
  stroke: var(--wait);
}

.ground {
  stroke: var(--line);
  stroke-width: 1;
  vector-effect: non-scaling-stroke;
}

.figures {
  margin-top: 4px;
  font-variant-numeric: tabular-nums;
}
`;
