import words from "../words/file.json";
import { yuan } from "./money";
import type { Speak } from "./measures";

type Words = Record<string, { zh: string; en: string } | undefined>;
const SECTIONS: Words = words.sections;
const FIELDS: Words = words.fields;
const VALUES: Words = words.values;

/** The sections of a file in the order in which they are shown. */
export const SECTION_NAMES = Object.keys(words.sections);

export function sectionTitle(name: string, speak: Speak): string {
  return SECTIONS[name]?.[speak] ?? name;
}

export function fieldLabel(name: string, speak: Speak): string {
  return FIELDS[name]?.[speak] ?? name;
}

/** Write a value of the file: money in yuan, a known word in the reader's language, a party by its name. */
export function fieldValue(name: string, value: unknown, speak: Speak): string {
  if (name.endsWith("_fen") && typeof value === "number" && Number.isSafeInteger(value)) return yuan(value);
  if (typeof value === "boolean" || (typeof value === "string" && name !== "name")) return VALUES[String(value)]?.[speak] ?? String(value);
  if (value === null || value === undefined) return "—";
  if (typeof value === "object") return partyName(value as Record<string, unknown>);
  return String(value);
}

function partyName(party: Record<string, unknown>): string {
  const name = party["name"];
  return typeof name === "string" ? name : JSON.stringify(party);
}
