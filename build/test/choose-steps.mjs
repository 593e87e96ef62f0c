import { UsageError } from '../lib/flags.mjs';
import { longSteps } from './long-steps.mjs';
import { steps } from './steps.mjs';

/** The steps that the arguments of `npm test` name, or all of them; with `--long` also those of the long form. */
export function chooseSteps(args) {
  const long = args.includes('--long');
  const known = [...steps, ...(long ? longSteps : [])];
  const names = args.filter((arg) => arg !== '--long');
  const unknown = names.find((name) => !known.some((step) => step.name === name));
  if (unknown) {
    const list = known.map(({ name }) => name).join(' ');
    throw new UsageError(`There is no step ${unknown}. Usage: npm test -- [--long] [${list}]`);
  }
  return { long, steps: names.length > 0 ? known.filter(({ name }) => names.includes(name)) : known };
}
