/** The demo's index finds its parts and tells the simulator what arrives. */
import { expect, it } from 'vitest';
import { beside, presentation } from '../../src/demo/places.ts';

it('finds the parts by the port of the page', () => {
  const page = { protocol: 'http:', hostname: 'localhost', port: '8000' };
  expect(beside(page, 1)).toBe('http://localhost:8001');
  expect(beside({ ...page, port: '9100' }, 2)).toBe('http://localhost:9102');
});

it('leaves out what is to be drawn as the code declares it', () => {
  const plain = presentation({ code: ' CL1:ABC\n', plate: ' ', container: '', temperature: 36.5 });
  expect(plain).toEqual({ code: 'CL1:ABC', temperature: 36.5, scan: true });
});

it('gives another plate with its jurisdiction', () => {
  const mainland = presentation({ code: 'CL1:ABC', plate: '粤B12345', container: 'CSQU3054383', temperature: 38.2 });
  expect(mainland['plates']).toEqual([{ jurisdiction: 'CN', text: '粤B12345' }]);
  expect(mainland['containers']).toEqual(['CSQU3054383']);
  const hongKong = presentation({ code: 'CL1:ABC', plate: 'UP2643', container: '', temperature: 36.5 });
  expect(hongKong['plates']).toEqual([{ jurisdiction: 'HK', text: 'UP2643' }]);
});
