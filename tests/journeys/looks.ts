/** What every page must hold to: no accessibility finding, nothing wider than its screen, targets a hand can hit. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Browser, type Page } from '@playwright/test';
import { HUB } from './places.ts';

const LANGUAGES = ['English', '简体', '繁體'] as const;
export const TABLET = { viewport: { width: 1024, height: 768 }, baseURL: HUB };
export const NARROW = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, baseURL: HUB };
export const KIOSK = { viewport: { width: 1080, height: 1920 } };
/** Smallest side of what is pressed, in CSS pixels. */
export const TARGETS = { phone: 48, tablet: 44, kiosk: 80 };

export async function findings(page: Page, rules: readonly string[] = []): Promise<string[]> {
  // the demo frames pages that are looked at one by one
  const every = new AxeBuilder({ page }).exclude('iframe');
  const { violations } = await (rules.length > 0 ? every.withRules([...rules]) : every).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** What is pressed and smaller than it should be; a radio's target is the label around it. */
export const tooSmall = (page: Page, least: number): Promise<string[]> =>
  page.locator('button, a, select, textarea, summary, input:not([type=radio]), label:has(input[type=radio])').evaluateAll(
    (elements, smallest) =>
      elements
        .filter((element) => element.checkVisibility() && !element.closest('.skip'))
        .map((element) => ({ name: element.textContent?.trim() || element.id, box: element.getBoundingClientRect() }))
        .filter(({ box }) => Math.min(box.width, box.height) < smallest - 0.5)
        .map(({ name, box }) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`),
    least,
  );

export const wider = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

export async function speak(page: Page, language: string): Promise<void> {
  const button = page.getByRole('button', { name: language, exact: true });
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
}

/** Looks at the page as it stands, in three languages, by day and by night; leaves it in English. */
export async function fine(page: Page, what: string, least: number): Promise<void> {
  for (const language of LANGUAGES) {
    await speak(page, language);
    expect(await wider(page), `${what}, ${language}: wider than the screen by`).toBe(0);
    expect(await tooSmall(page, least), `${what}, ${language}: too small to press`).toEqual([]);
  }
  await speak(page, 'English');
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  expect(await findings(page, ['color-contrast']), `${what}, by night`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  expect(await findings(page), `${what}, by day`).toEqual([]);
}

export async function opened(browser: Browser, screen: object, address: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-HK', ...screen })).newPage();
  await page.goto(address);
  return page;
}
