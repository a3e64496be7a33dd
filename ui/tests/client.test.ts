/** The one door to the API: what it sends, and what each kind of answer becomes. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClient, persist, SignedOut, Unexpected, Unreachable, type TypedDocument } from '../src/client.ts';

type Doc = TypedDocument<{ serverTime: string }, Record<string, never>>;
const document: Doc = { toString: () => '{ serverTime }' };
let server: Server;
let answers: { status: number; body: string }[] = [];
let seen: { headers: IncomingMessage['headers']; body: string }[] = [];

beforeEach(async () => {
  answers = [];
  seen = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ headers: request.headers, body });
      const answer = answers.shift() ?? { status: 500, body: '' };
      response.writeHead(answer.status, { 'Content-Type': 'application/json', Connection: 'close' }).end(answer.body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterEach(() => new Promise((closed) => server.close(closed)));

const client = (token?: string) =>
  createClient('driver', `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, token);
const ask = () => client()(document);
const named = (text: string): Doc => ({ toString: () => text });

it('names its app and gives back the data', async () => {
  answers = [{ status: 200, body: '{"data":{"serverTime":"2026-11-22T17:00:00.000Z"}}' }];
  expect(await ask()).toEqual({ serverTime: '2026-11-22T17:00:00.000Z' });
  expect(seen[0]?.headers['x-clearlane-app']).toBe('driver');
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ query: '{ serverTime }', variables: {} });
});

it('asks as the holder of a token, or as nobody, and leaves the sign-in of the app alone', async () => {
  const body = '{"data":{"serverTime":"now"}}';
  answers = [
    { status: 200, body },
    { status: 200, body },
  ];
  await client('T')(document);
  await client('')(document);
  const sent = seen.map(({ headers }) => [headers.authorization, headers['x-clearlane-app'], headers.cookie]);
  expect(sent).toEqual([
    ['Bearer T', undefined, undefined],
    [undefined, undefined, undefined],
  ]);
});

it('tells an ended sign-in from an unexpected error', async () => {
  answers = [
    { status: 200, body: '{"data":null,"errors":[{"message":"x","extensions":{"code":"UNAUTHENTICATED"}}]}' },
    { status: 200, body: '{"data":null,"errors":[{"message":"x","extensions":{"trace":"T1"}}]}' },
    { status: 500, body: 'not json' },
  ];
  await expect(ask()).rejects.toBeInstanceOf(SignedOut);
  await expect(ask()).rejects.toMatchObject({ trace: 'T1' });
  await expect(ask()).rejects.toBeInstanceOf(Unexpected);
});

it('calls a gateway without a server behind it unreachable, and asks again', async () => {
  answers = [
    { status: 502, body: '' },
    { status: 503, body: '' },
    { status: 200, body: '{"data":{"serverTime":"now"}}' },
  ];
  expect(await persist(ask, 3, 0)).toEqual({ serverTime: 'now' });
  expect(seen).toHaveLength(3);
});

it('gives up after the attempts it was given', async () => {
  answers = [
    { status: 502, body: '' },
    { status: 502, body: '' },
  ];
  await expect(persist(ask, 2, 0)).rejects.toBeInstanceOf(Unreachable);
  expect(seen).toHaveLength(2);
});

it('asks again while the API has no database', async () => {
  answers = [
    { status: 200, body: '{"data":null,"errors":[{"message":"ask again","extensions":{"code":"UNAVAILABLE"}}]}' },
    { status: 200, body: '{"data":{"serverTime":"now"}}' },
  ];
  expect(await persist(ask, 2, 0)).toEqual({ serverTime: 'now' });
});

it('does not repeat what was refused', async () => {
  answers = [{ status: 401, body: '' }];
  await expect(persist(ask, 3, 0)).rejects.toBeInstanceOf(SignedOut);
  expect(seen).toHaveLength(1);
});

it('asks a question again that found no API, and never a change by itself', async () => {
  answers = [
    { status: 502, body: '' },
    { status: 503, body: '' },
    { status: 200, body: '{"data":{"serverTime":"now"}}' },
    { status: 503, body: '' },
  ];
  expect(await client()(named('\n  query Time { serverTime }'))).toEqual({ serverTime: 'now' });
  expect(seen).toHaveLength(3);
  await expect(client()(named('mutation Change { serverTime }'))).rejects.toBeInstanceOf(Unreachable);
  expect(seen).toHaveLength(4);
});

it('says at last that no API answers a question', async () => {
  answers = [502, 502, 502].map((status) => ({ status, body: '' }));
  await expect(client()(named('query Time { serverTime }'))).rejects.toBeInstanceOf(Unreachable);
  expect(seen).toHaveLength(3);
});
