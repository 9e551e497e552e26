import { spawn } from "node:child_process";

/**
 * A shell that waits for this process to end, in whatever way (its end of the pipe closes), then ends the process group
 * `pid` and removes `folder`. Firefox listens on a socket and would outlive a test runner that is killed; Chromium
 * hangs on a pipe and needs no guard. Returns a function that calls the guard off.
 */
export function guard(pid: number, folder: string): () => void {
  // There is no such shell; a Firefox that is left over has to be ended by hand.
  if (process.platform === "win32") return () => {};
  // Not "kill --": dash takes that for a number.
  const script = 'cat; kill -9 "-$1"; rm -rf "$2"';
  const child = spawn("sh", ["-c", script, "guard", String(pid), folder], {
    stdio: ["pipe", "ignore", "ignore"],
    // A Ctrl-C in the terminal goes to the whole foreground group, and must not end the guard first.
    detached: true,
  });
  child.unref();
  return () => void child.kill("SIGKILL");
}
