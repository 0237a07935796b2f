// The wire of a page's socket: it can be cut, mended, and made to lose a frame.
import type { Page, WebSocketRoute } from "@playwright/test";

export class Wire {
  private down = false;
  private losing: string | undefined;
  private readonly open = new Set<WebSocketRoute>();
  private ours: WebSocketRoute | undefined;

  private constructor(private readonly page: Page) {}

  /** Takes the sockets that the page opens from now on. */
  static async of(page: Page): Promise<Wire> {
    const wire = new Wire(page);
    await page.routeWebSocket(/\/ws\?/, (ours) => wire.connect(ours));
    return wire;
  }

  /** Ends the connection, and every further one at once. */
  async cut(): Promise<void> {
    this.down = true;
    await Promise.all([...this.open].map((socket) => socket.close({ code: 1012 })));
    this.open.clear();
  }

  /** Lets the page connect again, and tells it as a browser does whose network is back. */
  async mend(): Promise<void> {
    this.down = false;
    await this.page.evaluate(() => window.dispatchEvent(new Event("online")));
  }

  /** The next frame of the server with this in it does not arrive. */
  lose(text: string): void {
    this.losing = text;
  }

  /** Tells the page something as the server does. */
  tell(frame: object): void {
    this.ours?.send(JSON.stringify(frame));
  }

  private connect(ours: WebSocketRoute): void {
    if (this.down) {
      void ours.close({ code: 1012 });
      return;
    }
    const theirs = ours.connectToServer();
    this.open.add(ours).add(theirs);
    this.ours = ours;
    theirs.onMessage((frame) => {
      if (this.losing !== undefined && `${frame}`.includes(this.losing)) this.losing = undefined;
      else ours.send(frame);
    });
  }
}
