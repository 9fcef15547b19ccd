import type { Alert } from "../api/shapes";
import { isShown, type Filters } from "./filters";

/** Above this many waiting alerts the list is read again instead of being put together row by row. */
export const WAITING_MAX = 200;

/** What came over the stream since the list was read. Rows keep their places; only `let in` adds rows. */
export interface Live {
  /** The newest word on each alert. */
  latest: ReadonlyMap<string, Alert>;
  /** New ones that stand in the list, newest first. */
  shown: readonly string[];
  /** New ones that are announced, newest first. */
  waiting: readonly string[];
}

export const NOTHING_YET: Live = { latest: new Map(), shown: [], waiting: [] };

/** Take what the stream told; `known` are the rows of the list as it was read. */
export function take(live: Live, told: readonly Alert[], known: ReadonlySet<string>, filters: Filters): Live {
  const latest = new Map(live.latest);
  let waiting = live.waiting;
  for (const alert of told) {
    const before = latest.get(alert.id);
    if (before && before.revision > alert.revision) continue;
    latest.set(alert.id, alert);
    const stands = known.has(alert.id) || live.shown.includes(alert.id);
    const announced = waiting.includes(alert.id);
    const fits = isShown(alert, filters);
    if (!stands && !announced && fits) waiting = [alert.id, ...waiting];
    if (announced && !fits) waiting = waiting.filter((id) => id !== alert.id);
  }
  return { latest, shown: live.shown, waiting };
}

/** Put what is announced into the list. */
export function letIn(live: Live): Live {
  return live.waiting.length === 0 ? live : { ...live, shown: [...live.waiting, ...live.shown], waiting: [] };
}

/** The rows as they stand: never in another order than before, each with the newest word on it. */
export function rowsOf(read: readonly Alert[], live: Live): Alert[] {
  const fresh = new Set(live.shown);
  const heads = live.shown.flatMap((id) => live.latest.get(id) ?? []);
  const rest = read.filter((alert) => !fresh.has(alert.id)).map((alert) => newer(alert, live.latest.get(alert.id)));
  return [...heads, ...rest];
}

function newer(read: Alert, told: Alert | undefined): Alert {
  return told && told.revision > read.revision ? told : read;
}
