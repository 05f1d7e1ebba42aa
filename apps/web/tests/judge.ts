import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import type { Phone } from './phone.ts';
import { OUTPUT } from './places.ts';

declare global {
  interface Window {
    axe: { run: (context: Document, options: object) => Promise<AxeResults> };
  }
}

/** What axe finds serious, what is too small for a finger, and what sticks out at the side. */
export async function judged(page: Page, target: number): Promise<string[]> {
  const found = await page.evaluate(async (least) => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    const grave = violations
      .filter((one) => one.impact === 'serious' || one.impact === 'critical')
      .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`));
    const small = [...document.querySelectorAll('button, a, input, select, textarea, summary')]
      // A switch lies in a line that is the target; a tag in a text leads where the screen leads anyway.
      .filter((one) => !one.matches('.van-switch, .tag, .choices input, .hidden-but-said') && one.checkVisibility())
      .map((one) => ({ one, box: one.getBoundingClientRect() }))
      .filter(({ box }) => box.height > 0 && (box.height < least - 0.5 || box.width < least - 0.5))
      .map(
        ({ one, box }) =>
          `too small (${Math.round(box.width)} × ${Math.round(box.height)}): ${one.outerHTML.slice(0, 120)}`,
      );
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    return [...grave, ...small, ...(wide > 0 ? [`sticks out by ${wide}`] : [])];
  }, target);
  return found;
}

export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(OUTPUT, { recursive: true });
  await page.screenshot({ path: join(OUTPUT, `${name}.png`), fullPage: true });
}

/** Lets axe into the pages this phone opens from now on; it comes by the browser, so the app's policy stays as it is. */
export async function withJudge(phone: Phone): Promise<void> {
  await phone.context.addInitScript({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
}
