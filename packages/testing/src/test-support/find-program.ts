import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Daemons are in folders of their own, which not every shell looks into. */
const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter).filter(Boolean), "/usr/sbin", "/sbin"];

/** Where a command is, `undefined` if it is not installed. */
export function findProgram(command: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, command)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
