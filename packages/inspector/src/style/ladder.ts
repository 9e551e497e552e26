/** The signals as the rungs of a ladder. */
export const LADDER = `
.ends {
  display: flex;
  justify-content: space-between;
  margin: 0 14px 4px 104px;
  color: var(--quiet);
  font-size: 12px;
}

.ends span:last-child {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.key-to-lines {
  margin-top: 8px;
  font-size: 12px;
}

.ladder li {
  position: relative;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0 12px;
}

.ladder li[data-begins]::before {
  content: attr(data-begins);
  flex: 1 0 100%;
  padding: 6px 0 2px;
  color: var(--quiet);
  font-size: 12px;
}

.ladder time {
  width: 90px;
}

.arrow {
  position: relative;
  flex: 1;
  margin-right: 14px;
  padding: 1px 12px 3px;
  border: solid var(--edge);
  border-width: 0 1px;
  text-align: center;
  font-size: 12px;
}

.arrow::after {
  content: "";
  position: absolute;
  inset: auto 1px 2px;
  border-bottom: 1.5px solid var(--accent);
}

.arrow::before {
  content: "";
  position: absolute;
  bottom: -1px;
  border: 4px solid transparent;
}

.sent .arrow::before {
  right: 0;
  border-left: 7px solid var(--accent);
  border-right-width: 0;
}

.received .arrow::before {
  left: 0;
  border-right: 7px solid var(--other);
  border-left-width: 0;
}

.received .arrow::after {
  border-color: var(--other);
}

[data-via="driver"] .arrow::after {
  border-bottom-style: dashed;
}
`;
