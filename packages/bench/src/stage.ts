import { launchBrowser, type TestBrowser } from "@peerhood/e2e/browser";
import { startServer, type SignalingServer } from "@peerhood/server";

/** What several benches share: one browser and one signaling server, each started at first use. */
export class Stage {
  #browser: Promise<TestBrowser> | undefined;
  #server: Promise<SignalingServer> | undefined;

  browser(): Promise<TestBrowser> {
    return (this.#browser ??= launchBrowser("chromium"));
  }

  async signaling(): Promise<string> {
    return (await (this.#server ??= startServer({ port: 0, host: "127.0.0.1" }))).url;
  }

  async close(): Promise<void> {
    await (await this.#browser)?.close();
    await (await this.#server)?.close();
  }
}
