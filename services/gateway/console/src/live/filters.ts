import type { Alert, AlertState, Severity } from "../api/shapes";

export const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low"];
export const STATES: readonly (AlertState | "all")[] = ["open", "closed", "withdrawn", "all"];

/** What the inbox shows; all of it stands in the address, so that a view can be kept and passed on. */
export interface Filters {
  rule?: string;
  severity?: Severity;
  state: AlertState | "all";
  organization?: string;
}

export function readFilters(search: URLSearchParams): Filters {
  const severity = SEVERITIES.find((known) => known === search.get("severity"));
  const rule = search.get("rule");
  const organization = search.get("organization");
  return {
    state: STATES.find((known) => known === search.get("state")) ?? "open",
    ...(severity && { severity }),
    ...(rule && { rule }),
    ...(organization && { organization }),
  };
}

export function writeFilters(filters: Filters): URLSearchParams {
  const search = new URLSearchParams();
  if (filters.state !== "open") search.set("state", filters.state);
  if (filters.severity) search.set("severity", filters.severity);
  if (filters.rule) search.set("rule", filters.rule);
  if (filters.organization) search.set("organization", filters.organization);
  return search;
}

export function isShown(alert: Alert, filters: Filters): boolean {
  return (
    (filters.state === "all" || alert.state === filters.state) &&
    (!filters.severity || alert.severity === filters.severity) &&
    (!filters.rule || alert.rule === filters.rule) &&
    (!filters.organization || alert.organization.code === filters.organization)
  );
}
