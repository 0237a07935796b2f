// One real boardwalk server in a data folder of its own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
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
  private child: ChildProcess | undefined;

  private constructor(
    private readonly address: string,
    private readonly folder: string,
    private readonly settings: Record<string, string>,
  ) {}

  /** Starts a server, on data that these commands of the program make, and waits until it answers. */
  static async start(...seeds: string[]): Promise<Server> {
    return Server.with({}, ...seeds);
  }

  /** The same, with further settings. */
  static async with(settings: Record<string, string>, ...seeds: string[]): Promise<Server> {
    const folder = await mkdtemp(path.join(tmpdir(), "boardwalk-"));
    for (const seed of seeds) {
      execFileSync(BINARY, seed.split(" "), { env: { ...process.env, DATA_DIR: folder } });
    }
    const server = new Server(`127.0.0.1:${await freePort()}`, folder, settings);
    await server.begin();
    return server;
  }

  /** Where it answers, without a slash at the end. */
  get url(): string {
    return `http://${this.address}`;
  }

  /** Stops it and starts it again at the same address with the same data. */
  async restart(): Promise<void> {
    await this.end();
    await this.begin();
  }

  /** Stops it and deletes its data. */
  async stop(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What it has logged lately. */
  get log(): string {
    return this.output;
  }

  private get ended(): boolean {
    return this.child?.exitCode != null || this.child?.signalCode != null;
  }

  private async begin(): Promise<void> {
    const child = spawn(BINARY, ["serve"], {
      env: {
        ...process.env,
        BIND: this.address,
        // Specs have push services of their own, and wait for nothing longer than they must.
        BOARDWALK_PUSH_TRIAL: "true",
        DATA_DIR: this.folder,
        PUBLIC_URL: this.url,
        RATE_LIMITS: "off",
        SITE_DIR,
        ...this.settings,
      },
    });
    this.child = child;
    const keep = (bytes: Buffer) => (this.output = (this.output + bytes).slice(-20_000));
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const failed = new Promise<never>((_, reject) => child.once("error", reject));
    await Promise.race([this.answers(), failed]);
  }

  private async end(): Promise<void> {
    const child = this.child;
    if (!child || this.ended) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await Promise.race([ended, sleep(PATIENCE, undefined, { ref: false })]);
    child.kill("SIGKILL");
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
