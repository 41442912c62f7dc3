import { until } from './until.ts';

const dayMs = 86_400_000;
const longestTestMs = 90_000;

/** Waits for midnight (UTC) where it is near: what is counted by the day must not begin on one and end on the next. */
export async function awayFromMidnight(): Promise<void> {
  await until(() => dayMs - (Date.now() % dayMs) > longestTestMs, longestTestMs + 10_000);
}
