import { readFileSync } from 'node:fs';
import { close, MlsecError } from '../index.js';
import { attackCommand } from './attack.js';
import { catalogCommand } from './catalog.js';
import { evaluateCommand } from './evaluate.js';
import { overview } from './help.js';
import { predictCommand } from './predict.js';
import { trainCommand } from './train.js';
import { universalCommand } from './universal.js';
import { suggest, UsageError } from './usage_error.js';

type Command = (argv: readonly string[], signal: AbortSignal) => string | Promise<string>;

const commands: Record<string, Command> = {
  attack: attackCommand,
  evaluate: evaluateCommand,
  predict: predictCommand,
  train: trainCommand,
  universal: universalCommand,
  catalog: catalogCommand,
  '--help': () => overview,
  '--version': () => `${JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version}\n`,
};

/** Mistakes of the caller's, as opposed to things that went wrong. */
const usageCodes = ['wrong-type', 'out-of-range', 'not-finite', 'shape-mismatch', 'unknown-option', 'unknown-name'];

async function main([name = '--help', ...argv]: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) {
      const known = Object.keys(commands);
      throw new UsageError(`There is no command '${name}'.${suggest(name, known)} See mlsec --help.`);
    }
    process.stdout.write(await command(argv, interrupted.signal));
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    if (!(error instanceof UsageError || error instanceof MlsecError)) throw error;
    process.stderr.write(`mlsec: ${error.message}\n`);
    return error instanceof UsageError || usageCodes.includes(error.code) ? 2 : 1;
  } finally {
    close();
  }
}

process.exitCode = await main(process.argv.slice(2));
