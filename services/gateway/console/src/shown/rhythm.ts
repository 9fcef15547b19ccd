import type { TFunction } from "i18next";
import type { Status } from "../api/client";
import { yuan } from "./money";
import { moment } from "./time";

export type Source = Status["sources"][number];
type Blocked = Source["blocked"][number];

/** What operators have to know of a source: it is silent, it never spoke, or it states other numbers than came. */
export interface Remark {
  level: "warning" | "default";
  text: string;
}

export function remarksOf(source: Source, t: TFunction): Remark[] {
  return [...silence(source, t), ...source.blocked.map((each) => ({ level: "warning" as const, text: numbers(each, t) }))];
}

function silence({ silence }: Source, t: TFunction): Remark[] {
  if (!silence || silence.state === "declaring") return [];
  if (silence.state === "never") return [{ level: "default", text: t("neverDeclared") }];
  return [{ level: "warning", text: t("silentSince", { since: moment(silence.since), days: silence.allowed_days }) }];
}

function numbers(blocked: Blocked, t: TFunction): string {
  const where = blocked.partition === null ? "" : t("inPartition", { partition: blocked.partition });
  const parts = [];
  if (blocked.stated.event_count !== null)
    parts.push(t("countDiffers", { stated: blocked.stated.event_count, counted: blocked.counted.event_count }));
  if (blocked.stated.amount_fen !== null)
    parts.push(
      t("sumDiffers", { stated: yuan(blocked.stated.amount_fen), counted: yuan(blocked.counted.amount_fen ?? 0) }),
    );
  return t("notTaken", { where, numbers: parts.join(t("comma")), at: moment(blocked.at) });
}
