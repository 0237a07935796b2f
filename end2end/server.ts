// One real boardwalk server in a data folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = path.resolve(import.meta.dirname, "..");
const BINARY = process.env.BOARDWALK_BIN ?? path.join(ROOT, "target/debug/boardwalk");
const SITE_DIR = process.env.SITE_DIR ?? path.join(ROOT, "target/site");

/** How long a server may take to start, and to stop, in milliseconds. */
const PATIENCE = 30_000;

export class Server {
  private output = "";

  private constructor(
    /** Where it answers, without a slash at the end. */
    readonly url: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {
    const keep = (bytes: Buffer) => (this.output = (this.output + bytes).slice(-20_000));
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
  }

  /** Starts a server and waits until it answers. */
  static async start(): Promise<Server> {
    const folder = await mkdtemp(path.join(tmpdir(), "boardwalk-"));
    const address = `127.0.0.1:${await freePort()}`;
    const url = `http://${address}`;
    const child = spawn(BINARY, ["serve"], {
      env: {
        ...process.env,
        BIND: address,
        DATA_DIR: folder,
        PUBLIC_URL: url,
        RATE_LIMITS: "off",
        SITE_DIR,
      },
    });
    const failed = new Promise<never>((_, reject) => child.once("error", reject));
    const server = new Server(url, folder, child);
    await Promise.race([server.answers(), failed]);
    return server;
  }

  /** Stops it and deletes its data. */
  async stop(): Promise<void> {
    if (!this.ended) {
      const ended = new Promise((resolve) => this.child.once("exit", resolve));
      this.child.kill("SIGTERM");
      await Promise.race([ended, sleep(PATIENCE, undefined, { ref: false })]);
      this.child.kill("SIGKILL");
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What it has logged lately. */
  get log(): string {
    return this.output;
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async answers(): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (Date.now() < end && !this.ended) {
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(50);
    }
    await this.stop();
    throw new Error(`${BINARY} does not answer at ${this.url}/healthz:\n${this.output}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
