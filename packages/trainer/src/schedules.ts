import { ConfigError, type Schedule } from "@incipit/core";

/** Settings that all schedules share. */
export interface ScheduleOptions {
  /** Updates over which the rate rises to its full value; below 1, a fraction of the total. Default 0. */
  readonly warmup?: number;
}

/** The full rate throughout, after the warm-up. */
export function constant(options: ScheduleOptions = {}): Schedule {
  return withWarmup(options, () => 1);
}

/** From the full rate down to zero along a line, after the warm-up. */
export function linear(options: ScheduleOptions = {}): Schedule {
  return withWarmup(options, (progress) => 1 - progress);
}

/** From the full rate down to zero along half a cosine wave, after the warm-up. @see Loshchilov & Hutter 2017, arXiv:1608.03983 */
export function cosine(options: ScheduleOptions = {}): Schedule {
  return withWarmup(options, (progress) => (1 + Math.cos(Math.PI * progress)) / 2);
}

/**
 * A linear rise, then `decay` of the progress made since: 0 at the first update after the warm-up, 1 one update past the
 * last. So no update is wasted on a rate of zero, neither the first nor the last.
 */
function withWarmup({ warmup = 0 }: ScheduleOptions, decay: (progress: number) => number): Schedule {
  if (!(warmup >= 0 && (warmup < 1 || Number.isInteger(warmup)))) {
    throw new ConfigError(`warmup is ${warmup}; expected a fraction below 1 or a whole number of updates.`);
  }
  return (step, totalSteps) => {
    const rise = warmup < 1 ? Math.ceil(warmup * totalSteps) : warmup;
    if (step < rise) return (step + 1) / (rise + 1);
    return step < totalSteps ? decay((step - rise) / (totalSteps - rise)) : decay(1);
  };
}
