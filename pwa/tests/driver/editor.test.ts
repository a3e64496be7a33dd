/** Failures in a form that changes: each stands at its field until that field is changed, wherever its row moves. */
import { expect, it } from 'vitest';
import { newContainer, type Draft } from '../../src/driver/declare/draft.ts';
import { Editor } from '../../src/driver/declare/editor.svelte.ts';
import { fieldOf } from '../../src/driver/declare/paths.ts';
import { draftOf, draftOfKept } from '../../src/driver/declare/wire.ts';
import { TRIP } from './samples.ts';

const failure = (code: string, ...path: string[]) => ({ code, path: ['declaration', ...path], args: [] });
const references: Draft['references'] = [
  { kind: 'MANIFEST', number: 'M-1' },
  { kind: 'UCR', number: '?' },
  { kind: 'TIR_CARNET', number: '!' },
];
function editor(): Editor {
  const made = new Editor({ ...draftOf(TRIP.declaration), references: references.map((row) => ({ ...row })) });
  made.found([failure('REFERENCE_FORMAT', 'references', '1', 'number'), failure('REFERENCE_FORMAT', 'references', '2', 'number'), failure('HEALTH_MISSING', 'feverFree')]);
  return made;
}
const fields = ({ failures }: Editor): string[] => failures.map(({ path }) => fieldOf(path));

it('clears only the failure whose field was mended', () => {
  const mended = editor();
  mended.draft.references[1] = { kind: 'UCR', number: '6CN123456789' };
  expect(fields(mended)).toEqual(['references-2-number', 'feverFree']);
});

it('moves the failures of later rows along when a row is taken out, and back when it is put back', () => {
  const changed = editor();
  changed.remove('references', 0);
  expect(fields(changed)).toEqual(['references-0-number', 'references-1-number', 'feverFree']);
  changed.remove('references', 0);
  expect(fields(changed)).toEqual(['references-0-number', 'feverFree']);
  changed.undo();
  expect(fields(changed)).toEqual(['references-0-number', 'references-1-number', 'feverFree']);
  expect(changed.draft.references.map(({ number }) => number)).toEqual(['?', '!']);
});

it("takes a document out of a person's own list", () => {
  const crewMembers: Draft['crewMembers'] = [
    { name: 'Chan', nationality: 'HK', documents: [{ kind: 'PASSPORT', number: 'K1', issuingCountry: '', expiresOn: '' }] },
  ];
  const changed = new Editor({ ...draftOf(TRIP.declaration), crewMembers });
  changed.remove('crewMembers-0-documents', 0);
  expect(changed.draft.crewMembers[0]?.documents).toEqual([]);
  changed.undo();
  expect(changed.draft.crewMembers[0]?.documents[0]?.number).toBe('K1');
});

it('keeps a failure of a whole list while the new row is still empty', () => {
  const changed = new Editor(draftOf(TRIP.declaration));
  changed.found([failure('TRANSIT_DOCUMENT_MISSING', 'references')]);
  changed.draft.references.push({ kind: 'TIR_CARNET', number: '' });
  expect(fields(changed)).toEqual(['references']);
  changed.draft.references = [{ kind: 'TIR_CARNET', number: 'XQ77' }];
  expect(fields(changed)).toEqual([]);
});

it('understands a draft that an older app has kept on the phone', () => {
  const { plates, goodsSummary, crew } = draftOf(TRIP.declaration);
  const older = { plates, goodsSummary, crew, containers: [{ number: 'CSQU3054383', seals: 'A1234' }] } as unknown as Draft;
  const draft = draftOfKept(older, TRIP.declaration);
  expect(draft.containers).toEqual([{ ...newContainer(), number: 'CSQU3054383', seals: 'A1234' }]);
  expect(draft.references).toEqual([]);
});
