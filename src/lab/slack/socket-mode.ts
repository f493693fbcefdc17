import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Acknowledgement } from './delivery.ts';
import { jsonOf } from './json-of.ts';
import { APP } from './options.ts';
import { WebSocketPeer } from './web-socket.ts';

/** The client calls a connection dead after 30 s without a ping. */
const pingEveryMs = 5000;

/** Socket Mode: the app comes to Slack, and interactions come as envelopes that it acknowledges. */
export class SocketMode {
  #tickets = new Set<string>();
  #peers = new Set<WebSocketPeer>();
  #waiting = new Map<string, (payload: unknown) => void>();

  get connections(): number {
    return this.#peers.size;
  }

  /** The path of a WebSocket that can be opened once. */
  ticket(): string {
    const ticket = randomBytes(16).toString('hex');
    this.#tickets.add(ticket);
    return `/link/?ticket=${ticket}&app_id=${APP.id}`;
  }

  accept(request: IncomingMessage, socket: Duplex): void {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
    if (!this.#tickets.delete(ticket)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
      return;
    }
    const peer = new WebSocketPeer(request, socket);
    const pings = setInterval(() => peer.ping(), pingEveryMs).unref();
    this.#peers.add(peer);
    peer.on('text', (text) => this.#acknowledged(text));
    peer.on('close', () => {
      clearInterval(pings);
      this.#peers.delete(peer);
    });
    const hello = { type: 'hello', num_connections: this.#peers.size, connection_info: { app_id: APP.id } };
    peer.send(JSON.stringify(hello));
  }

  /** One attempt on one connection, as over HTTP. */
  async deliver(payload: { type: string }, withinMs: number): Promise<Acknowledgement> {
    const [peer] = this.#peers;
    if (!peer) return { result: 'unreachable' };
    const id = randomUUID();
    const answer = new Promise<Acknowledgement>((resolve) => {
      const timer = setTimeout(() => resolve({ result: 'silent' }), withinMs);
      this.#waiting.set(id, (body) => {
        clearTimeout(timer);
        resolve({ result: 'acknowledged', body });
      });
    });
    const answerable = payload.type === 'view_submission';
    peer.send(JSON.stringify({ envelope_id: id, type: 'interactive', accepts_response_payload: answerable, payload }));
    return answer.finally(() => this.#waiting.delete(id));
  }

  /** Breaks all connections without a word. */
  drop(): void {
    for (const peer of this.#peers) peer.destroy();
  }

  #acknowledged(text: string): void {
    const answer = jsonOf(text) as { envelope_id?: string; payload?: unknown } | undefined;
    this.#waiting.get(answer?.envelope_id ?? '')?.(answer?.payload);
  }
}
