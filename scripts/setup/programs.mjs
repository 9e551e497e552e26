import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { canInstall, installPackages } from "./apt.mjs";

/** What tests start beside browsers: the command, and the package of Debian's that has it. */
const PROGRAMS = [
  { command: "ip", package: "iproute2" },
  { command: "nft", package: "nftables" },
  { command: "python3", package: "python3" },
  { command: "ffmpeg", package: "ffmpeg" },
  { command: "turnserver", package: "coturn" },
  { command: "nats-server", package: "nats-server" },
  { command: "redis-server", package: "redis-server" },
  { command: "mosquitto", package: "mosquitto" },
];

/** Daemons are in folders of their own, which not every shell looks into. */
const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter).filter(Boolean), "/usr/sbin", "/sbin"];

/** @param {string} command */
function isInstalled(command) {
  return FOLDERS.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Finds the programs of the tests, and installs them where it may. One that stays missing is named and no failure: its
 * tests are skipped.
 * @returns {Promise<boolean>}
 */
export async function runPrograms() {
  const missing = () => PROGRAMS.filter(({ command }) => !isInstalled(command));
  if (missing().length > 0 && canInstall()) {
    await installPackages(missing().map(({ command, package: name }) => ({ name: command, package: name })));
  }
  for (const { command, package: name } of missing()) {
    console.warn(`No ${command} here. Get it (apt-get install ${name}). Its tests are skipped.`);
  }
  return true;
}
