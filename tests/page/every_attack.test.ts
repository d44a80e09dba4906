// Every attack of the catalogue is made once, by its link, and comes to a result.
import { catalog } from 'mlsec/catalog';
import { expect, it } from 'vitest';
import { useSite, type Visit } from './site.js';
import { longestTask } from './tasks.js';

const visit = useSite();

/** Little of everything that makes attacks slow. */
const little: Record<string, number> = {
  steps: 20,
  searchSteps: 2,
  squareSteps: 100,
  generations: 10,
  population: 40,
  rounds: 2,
  queries: 400,
  directions: 20,
  mostEvaluations: 200,
};

/** The link of an attack with little to do, in the norm that it has by itself. */
function linkTo({ id, options }: ReturnType<typeof catalog>['attacks'][number]): string {
  const given = options
    .filter(({ name }) => little[name] !== undefined)
    .map(({ name }) => `&o.${name}=${little[name]}`);
  return `#v=1&model=mnist-mlp&sample=4&attack=${id}${given.join('')}`;
}

/** Goes on from one attack to the next within a page, as its address says. */
async function open({ page }: Visit, id: string, link: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, link);
  await expect.poll(() => page.locator('#attack').inputValue()).toBe(id);
}

// Once more where other programs have kept the page's thread.
it('makes every attack of the catalogue, shows what came of it, and has no long tasks', {
  timeout: 240_000,
  retry: 2,
}, async () => {
  const visitor = await visit('#v=1&model=mnist-mlp&sample=4');
  const { page } = visitor;
  const fooled: string[] = [];
  const longest = await longestTask(page, async () => {
    for (const attack of catalog().attacks) {
      await open(visitor, attack.id, linkTo(attack));
      const { verdict, before, after, figures, adversarial, original } = await visitor.look();
      expect(await page.getByRole('alert').allTextContents(), attack.id).toEqual(['']);
      expect(await page.locator('.notice').allTextContents(), attack.id).toEqual([]);
      expect(verdict, attack.id).toMatch(/^The network /);
      expect(before, attack.id).toBe('4');
      expect(after, attack.id).toMatch(/^\d$/);
      expect(Number(figures.Queries?.replace(/\D/g, '')), attack.id).toBeGreaterThan(0);
      const moved = after !== before;
      // What changes the answer changes the image.
      if (moved) expect(adversarial, attack.id).not.toBe(original);
      expect(verdict, attack.id).toMatch(moved ? new RegExp(`${after}`) : /4/);
      if (moved) fooled.push(attack.id);
      expect(visitor.complaints, attack.id).toEqual([]);
    }
  });
  console.log(
    `${fooled.length} of ${catalog().attacks.length} attacks fooled the network; longest task ${longest.toFixed(1)} ms.`,
  );
  expect(longest).toBeLessThan(50);
  // Little as they do, most succeed.
  expect(fooled.length).toBeGreaterThan(catalog().attacks.length / 2);
});
