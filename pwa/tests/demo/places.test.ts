/** The demo's index finds its parts and tells the simulator what arrives. */
import { expect, it } from 'vitest';
import vectors from '../../../core/vectors/envelope.json';
import { beside, presentation } from '../../src/demo/places.ts';

it('finds the parts by the port of the page', () => {
  const page = { protocol: 'http:', hostname: 'localhost', port: '8000' };
  expect(beside(page, 1)).toBe('http://localhost:8001');
  expect(beside({ ...page, port: '9100' }, 2)).toBe('http://localhost:9102');
});

it('paints a truck as its code declares it', () => {
  const code = vectors.cases[0]?.text ?? '';
  const truck = presentation({ code: ` ${code}\n`, plate: ' ', container: '', temperature: 36.5 });
  expect(truck).toMatchObject({ code, temperature: 36.5, scan: true });
  expect(truck['plates']).toEqual(vectors.cases[0]?.claims?.plates);
  expect(truck['containers']).toEqual(vectors.cases[0]?.claims?.containers);
});

it('lets a truck arrive with a code that nobody can read', () => {
  expect(presentation({ code: 'no code', plate: '', container: '', temperature: 36.5 })['plates']).toHaveLength(1);
});

it('gives another plate with its jurisdiction', () => {
  const mainland = presentation({ code: 'no code', plate: '粤B12345', container: 'CSQU3054383', temperature: 38.2 });
  expect(mainland['plates']).toEqual([{ jurisdiction: 'CN', text: '粤B12345' }]);
  expect(mainland['containers']).toEqual(['CSQU3054383']);
  const hongKong = presentation({ code: 'no code', plate: 'UP2643', container: '', temperature: 36.5 });
  expect(hongKong['plates']).toEqual([{ jurisdiction: 'HK', text: 'UP2643' }]);
});
