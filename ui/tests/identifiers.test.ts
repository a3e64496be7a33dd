/** What is checked while typing agrees with core/. */
import { expect, it } from 'vitest';
import containers from '../../core/vectors/containers.json';
import plates from '../../core/vectors/plates.json';
import { checkContainer, checkDigit, homeOf, parsePlate, type Jurisdiction } from '../src/identifiers/index.ts';

it.each(plates.accepted)('reads $text of $jurisdiction as $canonical', ({ text, jurisdiction, canonical, kind, display }) => {
  expect(parsePlate(text, jurisdiction as Jurisdiction)).toEqual({ jurisdiction, text: canonical, kind, display });
});

it.each(plates.refused)('does not take "$text" for a plate of $jurisdiction', ({ text, jurisdiction }) => {
  expect(parsePlate(text, jurisdiction as Jurisdiction)).toBeNull();
});

it('asks for the home plate of a cross-border plate only', () => {
  expect([homeOf('CROSS_BORDER_HK'), homeOf('CROSS_BORDER_MO'), homeOf('STANDARD')]).toEqual(['HK', 'MO', null]);
});

it.each(containers.accepted)('reads $text as container $canonical', ({ text, canonical, display }) => {
  expect(checkContainer(text)).toEqual({ result: 'good', text: canonical, display });
});

it.each(containers.refused)('refuses container "$text" with $problem', ({ text, problem, expected }) => {
  const check = checkContainer(text);
  expect(check.result).toBe(problem === 'CONTAINER_FORMAT' ? 'form' : 'check-digit');
  expect('expected' in check ? check.expected : null).toBe(expected);
});

it.each(containers.check_digits)('gives $first_ten the check digit $check_digit', (vector) => {
  expect(checkDigit(vector.first_ten)).toBe(vector.check_digit);
});
