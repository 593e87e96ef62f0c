import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '../../contract/problem.ts';
import type { StaticFile } from '../shared/static-files.ts';
import type { Refusal } from './request-guard.ts';

export const notFound: Refusal = { status: 404, reason: 'There is nothing at this address.' };

/** In words for a person who typed the address; programs go by the status. */
export function refuse(response: ServerResponse, { status, reason }: Refusal): void {
  sendAndClose(response, status, 'text/plain; charset=utf-8', `${reason}\n`);
}

export function refuseMethod(response: ServerResponse, allow: string): void {
  response.setHeader('allow', allow);
  refuse(response, { status: 405, reason: `Only ${allow} is answered here.` });
}

/** In the form in which oRPC's client finds the contract's PROBLEM error. */
export function sendProblem(response: ServerResponse, status: number, problem: Problem): void {
  const error = { defined: true, code: 'PROBLEM', status, message: problem.what, data: problem };
  sendAndClose(response, status, 'application/json', JSON.stringify({ json: error }));
}

/** Whatever the client of a refused request still sends is not worth receiving. */
function sendAndClose(response: ServerResponse, status: number, mediaType: string, text: string): void {
  response.writeHead(status, {
    'content-type': mediaType,
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  });
  response.end(text);
}

export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: StaticFile,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod(response, 'GET, HEAD');
  const content = await file.read();
  response.writeHead(200, {
    'content-type': file.mediaType,
    'content-length': content.length,
    'cache-control': file.cacheControl,
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}
