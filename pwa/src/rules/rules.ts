/** The rules as the hub has them, found by any word in them and grouped by what they are about. */
import { createClient, LANGUAGE_ON_WIRE, type Language } from '@clearlane/ui';
import { DeclarationRulesDocument, type DeclarationRulesQuery } from './generated/graphql.ts';

export type Rule = DeclarationRulesQuery['declarationRules'][number];
export type Subject = Rule['subject'];
export interface Group {
  subject: Subject;
  rules: Rule[];
}

/** Anybody may ask for the rules, through whichever app's door. */
const ask = createClient('driver');

export async function fetchRules(language: Language): Promise<Rule[]> {
  return (await ask(DeclarationRulesDocument, { language: LANGUAGE_ON_WIRE[language] })).declarationRules;
}

/** Those in which every word of the search stands, upper or lower case, half or full width. */
export function matching(rules: readonly Rule[], search: string): Rule[] {
  const wanted = plain(search).split(/\s+/).filter(Boolean);
  return rules.filter((rule) => {
    const text = plain(
      [rule.explanation, rule.message, rule.code, rule.field, rule.source, rule.example, rule.id, ...rule.jurisdictions].join(' '),
    );
    return wanted.every((word) => text.includes(word));
  });
}

/** By subject, both in the hub's order. */
export function grouped(rules: readonly Rule[]): Group[] {
  const groups = new Map<Subject, Rule[]>();
  for (const rule of rules) groups.set(rule.subject, [...(groups.get(rule.subject) ?? []), rule]);
  return [...groups].map(([subject, found]) => ({ subject, rules: found }));
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
