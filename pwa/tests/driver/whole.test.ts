/** Whatever a declaration may state has a page that holds it, goes into the form and comes out of it unchanged. */
import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, getNullableType, isEnumType, isInputObjectType, isListType, type GraphQLInputType } from 'graphql';
import { render } from 'svelte/server';
import { expect, it } from 'vitest';
import type { Trip } from '../../src/driver/api.ts';
import { Editor } from '../../src/driver/declare/editor.svelte.ts';
import ExtraFields from '../../src/driver/declare/ExtraFields.svelte';
import { isStep, type Page } from '../../src/driver/declare/pages.ts';
import { fieldOf, labelOf, placeOf } from '../../src/driver/declare/paths.ts';
import StepFields from '../../src/driver/declare/StepFields.svelte';
import { declarationOf, draftOf } from '../../src/driver/declare/wire.ts';

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));
/** The language is chosen at the top of every page. */
const ELSEWHERE = ['language'];

const WORDS: Record<string, unknown> = { Int: 2, Boolean: true, DateTime: '2026-11-22T18:00:00.000Z', String: 'CN' };

/** A value of a type with every field stated, lists with one row. */
function whole(type: GraphQLInputType): unknown {
  const inner = getNullableType(type);
  if (isListType(inner)) return [whole(inner.ofType as GraphQLInputType)];
  if (isEnumType(inner)) return inner.getValues()[0]?.name;
  if (!isInputObjectType(inner)) return WORDS[getNamedType(inner).name];
  return Object.fromEntries(Object.values(inner.getFields()).map((field) => [field.name, whole(field.type)]));
}

/** Every path at which a rule may find a value. */
function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, [...path, key]));
}

const input = schema.getType('DeclarationInput') as GraphQLInputType;
const everything = whole(input) as Trip['declaration'] & { language: 'EN' };
for (const container of everything.containers) container.sealDetails.forEach((detail) => (detail.number = container.seals[0] ?? ''));
const paths = leaves(everything).filter(([first = '']) => !ELSEWHERE.includes(first));

function shown(page: Page, row: number): string {
  const editor = new Editor(draftOf(everything));
  if (isStep(page)) return render(StepFields, { props: { editor, page, errors: {} } }).body;
  if (page === 'check') throw new Error('nothing is typed among the answers');
  return render(ExtraFields, { props: { editor, page, row, errors: {} } }).body;
}

it('knows a good many fields', () => {
  expect(paths.length).toBeGreaterThan(45);
});

it.each(paths.map((path) => [path.join('.'), path] as const))('has a page that holds %s', (_, path) => {
  const place = placeOf(['declaration', ...path]);
  const field = fieldOf(['declaration', ...path]);
  expect(place).not.toBeNull();
  if (!place) return;
  const page = shown(place.page, place.row ?? 0);
  // the place that issued a plate is a row of buttons, which have a common name
  expect(page).toMatch(new RegExp(`(?:id|name)="${field}"`));
  expect(labelOf(path)).not.toBe('');
});

it.each(['goodsItems', 'parties', 'references', 'transitCountries', 'driverDocuments', 'crewMembers', 'trailers'])(
  'has a place for a failure of all %s',
  (list) => {
    const place = placeOf([list]);
    expect(place && shown(place.page, 0)).toContain(`id="${fieldOf([list])}"`);
    expect(labelOf([list])).not.toBe('');
  },
);

it('loses nothing of what was stated', () => {
  expect(declarationOf(draftOf(everything), 'EN')).toEqual({ ...everything, language: 'EN' });
});

it('sends a number that is none as one that the rules refuse at its field', () => {
  const draft = draftOf(everything);
  Object.assign(draft.goodsItems[0] ?? {}, { packages: 'many', grossWeightKg: '１,２００' });
  const [item] = declarationOf(draft, 'EN').goodsItems ?? [];
  expect([item?.packages, item?.grossWeightKg]).toEqual([-1, 1200]);
});

it('keeps the dangers of goods that are said to be harmless after all, and does not send them', () => {
  const draft = draftOf(everything);
  Object.assign(draft.goodsItems[0] ?? {}, { isDangerous: 'no' });
  expect(declarationOf(draft, 'EN').goodsItems?.[0]?.dangerous).toBeNull();
  expect(draft.goodsItems[0]?.unNumber).toBe('CN');
});
