import type { Measure, Parameter } from "../api/shapes";
import words from "../words/measures.json";
import { dollars, yuan } from "./money";
import { moment } from "./time";

interface Word {
  zh: string;
  en: string;
  unit?: string;
  against?: string;
  inner?: boolean;
}

const WORDS: Record<string, Word | undefined> = words;
export type Speak = "zh" | "en";

export interface MeasureRow {
  key: string;
  label: string;
  value: string;
  against?: { label: string; value: string; statutory?: string };
}

/** Name a measured number or a parameter; one that has no word yet keeps its own name. */
export function labelOf(name: string, speak: Speak): string {
  return WORDS[name]?.[speak] ?? name;
}

export function valueOf(value: Measure, unit: string | undefined, speak: Speak): string {
  const isWhole = typeof value === "number" && Number.isSafeInteger(value);
  if (unit === "fen" && isWhole) return yuan(value);
  if (unit === "usd_cent" && isWhole) return dollars(value);
  if (unit === "bp" && isWhole) return `${value / 100}%`;
  if (unit === "days" && isWhole) return speak === "zh" ? `${value} 天` : `${value} days`;
  if (unit === "years" && isWhole) return speak === "zh" ? `${value} 年` : `${value} years`;
  if (unit === "times" && isWhole) return speak === "zh" ? `${value} 倍` : `${value} ×`;
  if (value === "true" || value === "false") return { true: { zh: "是", en: "yes" }, false: { zh: "否", en: "no" } }[value][speak];
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}/.test(value)) return moment(value);
  return typeof value === "number" ? value.toLocaleString("en-US", { maximumFractionDigits: 6 }) : value;
}

/** What was measured, each beside the threshold that it was held against. */
export function measureRows(measured: Record<string, Measure>, parameters: Record<string, Parameter>, speak: Speak): MeasureRow[] {
  return Object.entries(measured).flatMap(([key, value]) => {
    const word = WORDS[key];
    if (word?.inner || key === "branch") return [];
    const unit = word?.unit ?? (key.endsWith("_fen") ? "fen" : undefined);
    const row: MeasureRow = { key, label: labelOf(key, speak), value: valueOf(value, unit, speak) };
    const limit = word?.against ? thresholdOf(word.against, measured, parameters, speak) : undefined;
    return [limit ? { ...row, against: limit } : row];
  });
}

function thresholdOf(name: string, measured: Record<string, Measure>, parameters: Record<string, Parameter>, speak: Speak) {
  const measuredLimit = measured[name];
  const parameter = parameters[name];
  if (measuredLimit !== undefined) return { label: labelOf(name, speak), value: valueOf(measuredLimit, WORDS[name]?.unit, speak) };
  if (!parameter) return undefined;
  const told = { label: labelOf(name, speak), value: valueOf(parameter.default, parameter.unit, speak) };
  return parameter.statutory ? { ...told, statutory: parameter.statutory } : told;
}
