import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { ConnectFlags } from "./connect.js";
import { CliError, EXIT, toCliError } from "./exit-codes.js";
import { type Interrupt, onInterrupt } from "./interrupt.js";
import { Output } from "./output.js";

interface CommonFlags extends ConnectFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 server not reached, 4 wrong code, 5 not what was sent,
6 disk full or not writable, 7 nobody came (--wait), 130 ctrl-C. Environment: PEERHOOD_SERVER, PEERHOOD_TOKEN,
PEERHOOD_ICE, NO_COLOR.`;

/** Runs one command line; returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const state: { exitCode: number } = { exitCode: EXIT.ok };
  // Without a listener a pipe that closes early would end the process with a stack trace. What is said on stderr and heard by
  // nobody changes nothing; what stdout does not take, `onInterrupt` hears of.
  process.stderr.on("error", () => {});
  process.stdout.on("error", () => {});
  const program = createProgram(state);
  try {
    await program.parseAsync(args, { from: "user" });
    return state.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    const message = error.message.replace(/^error: /, "");
    if (wantsJson(args)) new Output({ json: true }).fail(new CliError(EXIT.usage, "USAGE", message));
    return EXIT.usage;
  }
}

function createProgram(state: { exitCode: number }): Command {
  const program = new Command("peerhood")
    .description("Files and words from one machine to another, over WebRTC")
    .version(readVersion())
    .showHelpAfterError("(peerhood --help says more)")
    .addHelpText("after", EXIT_CODES)
    // Before commands are added: they inherit it.
    .exitOverride();

  /** Runs a command with its output and ctrl-C; whatever it throws becomes words and the exit code. */
  const doing = async (
    flags: CommonFlags & { readonly stdout?: boolean },
    action: (output: Output, interrupt: Interrupt) => Promise<number | void>,
  ): Promise<void> => {
    const { json, quiet } = flags;
    const output = new Output({ json, quiet, jsonTo: flags.stdout === true ? process.stderr : process.stdout });
    const interrupt = onInterrupt();
    try {
      state.exitCode = (await action(output, interrupt)) ?? EXIT.ok;
      interrupt.outputLost.throwIfAborted();
    } catch (error) {
      const failure = toCliError(error);
      if (failure.exitCode !== EXIT.pipe) output.fail(failure);
      state.exitCode = failure.exitCode;
    } finally {
      interrupt.end();
    }
  };

  meeting(program.command("send"))
    .description("offer files and folders under a short code, until a receiver has them")
    .argument("<file...>", "files or folders; - for what comes by a pipe")
    .option("--code <code>", "a code of your own, or the one of before, to go on (7-crater-anchor)")
    .option("--name <name>", "name of what comes by a pipe")
    .addOption(waitOption())
    .action((files: string[], flags) =>
      doing(flags, async (output, interrupt) => {
        const { send } = await import("./send.js");
        await send(files, flags, output, interrupt);
      }),
    );

  meeting(program.command("receive"))
    .description("get what is offered under a code; again with the same code it goes on where it was")
    .argument("<code>", "as send shows it: 7-crater-anchor")
    .option("-o, --output <folder>", "where to put it", ".")
    .option("--overwrite", "replace what has the same name (default: ask, or without a terminal a free name)")
    .option("--stdout", "one file, to stdout")
    .addOption(waitOption())
    .action((code: string, flags) =>
      doing(flags, async (output, interrupt) => {
        const { receive } = await import("./receive.js");
        await receive(code, flags, output, interrupt);
      }),
    );

  common(program.command("serve"))
    .description("run a signaling server, with a page to meet, chat and hand files over")
    .option("-p, --port <port>", "0 takes a free one", integer("A port", 0, 65_535), 8_787)
    .option("--host <address>", "0.0.0.0 for all of this machine's", "127.0.0.1")
    .option("--no-page", "the server alone")
    .action((flags) =>
      doing(flags, async (output, interrupt) => {
        const { serve } = await import("./serve.js");
        await serve(flags, output, interrupt);
      }),
    );

  meeting(program.command("chat"))
    .description("lines of stdin to all in a room, and theirs to stdout; the room page reads and writes the same")
    .argument("<room>", "name of the room")
    .option("--name <name>", "what the others call you (default: your user name)")
    .option("--password <password>", "of the room (better: PEERHOOD_PASSWORD)")
    .action((room: string, flags) =>
      doing(flags, async (output, interrupt) => {
        const { chat } = await import("./chat.js");
        await chat(room, flags, output, interrupt);
      }),
    );

  meeting(program.command("tap"))
    .description("join a room and print what goes on, to stdout, a line for each event")
    .argument("<room>", "name of the room")
    .option("--password <password>", "of the room (better: PEERHOOD_PASSWORD)")
    .action((room: string, flags) =>
      doing(flags, async (output, interrupt) => {
        const { tap } = await import("./tap.js");
        await tap(room, flags, output, interrupt);
      }),
    );

  meeting(program.command("doctor"))
    .description("check what a connection needs, one by one: signaling, STUN, TURN, WebRTC itself")
    .action((flags) =>
      doing(flags, async (output, interrupt) => {
        const { doctor } = await import("./doctor.js");
        return doctor(flags, output, interrupt);
      }),
    );

  return program;
}

/** For what goes wrong before flags are known. */
function wantsJson(args: readonly string[]): boolean {
  return args.slice(0, args.includes("--") ? args.indexOf("--") : args.length).includes("--json");
}

function common(command: Command): Command {
  return command
    .option("--json", "JSON lines instead of words")
    .option("-q, --quiet", "no words but those of a failure");
}

/** Flags of commands that meet others. */
function meeting(command: Command): Command {
  return common(command)
    .option("-s, --server <url>", "signaling server, ws://host:8787 (or PEERHOOD_SERVER)")
    .option("--token <token>", "lets you in at the server (better: PEERHOOD_TOKEN)")
    .option("--ice <url>", "STUN or TURN server, or https:// that gives some; may be repeated", collectUrl)
    .option("--relay", "only by TURN: hides addresses")
    .option("--verbose", "what the library says, on stderr");
}

function collectUrl(url: string, before: string[] | undefined): string[] {
  return [...(before ?? []), url];
}

function waitOption(): Option {
  const parse = (text: string): number => 1_000 * integer("--wait", 1, 2_000_000)(text);
  return new Option("--wait <seconds>", "how long to wait for the other side (default: for ever)").argParser(parse);
}

function integer(what: string, min: number, max: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`${what} is a whole number from ${min} to ${max}.`);
  };
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return (manifest as { version: string }).version;
}
