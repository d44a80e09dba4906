export {
  attackBySubstitute,
  type SubstituteAttackResult,
} from './substitute/attack_by_substitute.js';
export {
  type SubstituteOptions,
  type SubstituteProgress,
  type SubstituteResult,
  type SubstituteRound,
  substitute,
} from './substitute/substitute.js';
