/** The line to the township: posts what a step of an errand says, and hands back what came. */

import type { Sending } from './door';

/** How long one request may take, in milliseconds. A village's line is slow: 50 kbit/s moves 256 KiB in 40 seconds. */
const TIMEOUT_MS = 120_000;

/** What came back. */
export interface Came {
  status: number;
  signature: string | null;
  body: Uint8Array;
}

/** Sends, and throws where nothing whole came back. */
export async function send(sending: Sending, body: Uint8Array, stop: AbortSignal): Promise<Came> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]);
  const answer = await fetch(sending.url, {
    method: sending.method,
    headers: sending.headers,
    body: sending.method === 'GET' ? null : (body as Uint8Array<ArrayBuffer>),
    signal,
    // A redirection could lead to somebody else; and nothing of ours is anybody's cookie or cache.
    redirect: 'error',
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
  });
  return {
    status: answer.status,
    signature: answer.headers.get(sending.signature_header),
    body: await upTo(answer, sending.at_most),
  };
}

/** The body, if it is no longer than an answer may be. */
async function upTo(answer: Response, most: number): Promise<Uint8Array> {
  const reader = answer.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new Error('the answer is too long');
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
