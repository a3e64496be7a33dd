/** The declaration's form: what is missing, where a failure stands, and what is sent. */
import { expect, it } from 'vitest';
import { newContainer, withoutEmptyRows, type Draft } from '../../src/driver/declare/draft.ts';
import { fieldOf, placeOf, valueAt } from '../../src/driver/declare/paths.ts';
import { failuresOn, nextPage } from '../../src/driver/declare/steps.ts';
import { declarationOf, draftOf } from '../../src/driver/declare/wire.ts';
import { TRIP } from './samples.ts';

const fresh = (): Draft => draftOf(TRIP.declaration);
const complete = (): Draft => ({
  ...fresh(),
  plates: [
    { jurisdiction: 'CN', text: '粵z·df15港' },
    { jurisdiction: 'HK', text: 'up 2643' },
  ],
  feverFree: 'yes',
});
const codes = (...found: ReturnType<typeof failuresOn>): [string, string][] => found.map(({ code, path }) => [code, fieldOf(path)]);

it('asks only for what the order did not bring', () => {
  expect(nextPage(fresh())).toBe('vehicle');
  expect(nextPage({ ...complete(), feverFree: '' }, 'vehicle')).toBe('people');
  expect(nextPage(complete(), 'people')).toBe('check');
});

it('asks for the home plate beside a cross-border plate', () => {
  const draft = { ...complete(), plates: complete().plates.slice(0, 1) };
  expect(codes(...failuresOn('vehicle', draft))).toEqual([['PLATE_HOME_MISSING', 'plates-0-text']]);
});

it('points each failure at its field', () => {
  const draft: Draft = {
    ...complete(),
    plates: [{ jurisdiction: 'HK', text: '粤B12345' }],
    containers: [
      { ...newContainer(), number: 'CSQU3054384' },
      { ...newContainer(), number: 'box' },
      { ...newContainer(), seals: 'S1234' },
    ],
    windowEnd: '2026-11-23T01:00',
    driverPhone: ' ',
  };
  const found = (['vehicle', 'load', 'crossing', 'people'] as const).flatMap((step) => failuresOn(step, draft));
  expect(codes(...found)).toEqual([
    ['PLATE_INVALID', 'plates-0-text'],
    ['CONTAINER_CHECK_DIGIT', 'containers-0-number'],
    ['CONTAINER_FORMAT', 'containers-1-number'],
    ['SEAL_WITHOUT_CONTAINER', 'containers-2-number'],
    ['WINDOW_ORDER', 'windowEnd'],
    ['CONTACT_MISSING', 'driverPhone'],
  ]);
});

it.each([
  [['declaration', 'plates', '1', 'text'], 'plates-1-text', 'vehicle'],
  [['declaration', 'plates'], 'plates-0-text', 'vehicle'],
  [['input', 'declaration', 'containers', '0', 'seals', '1'], 'containers-0-seals', 'load'],
  [['declaration', 'windowEnd'], 'windowEnd', 'crossing'],
  [['anchors'], '', null],
] as const)('finds the field and page of the server path %s', (path, field, step) => {
  expect([fieldOf(path), placeOf(path)?.page ?? null]).toEqual([field, step]);
});

it('knows whether the field of a failure was changed since', () => {
  const draft = complete();
  expect(valueAt(draft, ['declaration', 'plates', '1', 'text'])).toBe('up 2643');
  expect(valueAt(draft, ['containers', '0', 'seals', '1'])).toBe('HLG4471023 HLG4471024');
  expect(valueAt(draft, ['driverName'])).toBe('陈志强');
  expect(valueAt(draft, ['plates', '7', 'text'])).toBe('');
});

it('sends what was typed, without empty rows, with full-width digits understood', () => {
  const draft = complete();
  draft.plates.push({ jurisdiction: 'CN', text: '  ' });
  draft.containers.push({ ...newContainer(), seals: ' ' });
  draft.crew = '２';
  const sent = declarationOf(withoutEmptyRows(draft), 'ZH_HANT');
  expect(sent).toEqual({
    plates: complete().plates,
    trailers: [],
    containers: [
      { number: 'CSQU3054383', seals: ['HLG4471023', 'HLG4471024'], sealDetails: [], sizeType: null, loaded: null },
    ],
    goodsItems: [],
    parties: [],
    references: [],
    departureCountry: null,
    destinationCountry: null,
    transitCountries: [],
    driverNationality: null,
    driverDocuments: [],
    crewMembers: [],
    goodsSummary: 'Electronic parts',
    direction: 'SOUTHBOUND',
    windowStart: '2026-11-22T18:00:00.000Z',
    windowEnd: '2026-11-22T21:00:00.000Z',
    driverName: '陈志强',
    driverPhone: '+85261234567',
    crew: 2,
    feverFree: true,
    language: 'ZH_HANT',
  });
});
