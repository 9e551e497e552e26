/**
 * The versions of Node that are supported: the newest of each major when it was last looked at. Documents are made with the
 * first, which is the oldest.
 */
export const NODES = [
  { major: 20, version: "20.20.2" },
  { major: 22, version: "22.23.3" },
  { major: 24, version: "24.21.0" },
];
