// A mail server for specs: it takes everything and keeps it.
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A mail as it came, without the line breaks of its encoding. */
export interface Mail {
  to: string;
  raw: string;
}

export class Sink {
  readonly mails: Mail[] = [];
  private readonly open = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Sink> {
    const server = createServer();
    const sink = new Sink(server);
    server.on("connection", (socket) => sink.talk(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return sink;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The newest mail to an address that has a link whose path begins so: that link's address. */
  link(to: string, path: string): string | undefined {
    const found = this.mails.filter((mail) => mail.to === to && mail.raw.includes(path)).at(-1);
    return found?.raw.match(new RegExp(`http\\S*${path}[0-9a-f]+/`))?.[0];
  }

  stop(): void {
    for (const socket of this.open) socket.destroy();
    this.server.close();
  }

  private talk(socket: Socket): void {
    this.open.add(socket);
    socket.on("close", () => this.open.delete(socket));
    // Whoever hangs up is done.
    socket.on("error", () => socket.destroy());
    let [text, to, data] = ["", "", false];
    socket.write("220 sink\r\n");
    socket.on("data", (bytes) => {
      text += bytes;
      for (;;) {
        const end = text.indexOf(data ? "\r\n.\r\n" : "\r\n");
        if (end < 0) return;
        const said = text.slice(0, end);
        text = text.slice(end + (data ? 5 : 2));
        if (data) {
          this.mails.push({ to, raw: said.replaceAll("=\r\n", "") });
          data = false;
          socket.write("250 taken\r\n");
        } else if (said.toUpperCase() === "DATA") {
          data = true;
          socket.write("354 go on\r\n");
        } else if (said.toUpperCase() === "QUIT") {
          socket.end("221 bye\r\n");
        } else {
          to = said.match(/^RCPT TO:<(.*?)>/i)?.[1] ?? to;
          socket.write(said.toUpperCase().startsWith("EHLO") ? "250-sink\r\n250 8BITMIME\r\n" : "250 fine\r\n");
        }
      }
    });
  }
}
