import type { Words } from "./zh";

export const en: Words = {
  brand: "Qinglian", product: "Supervision of social organizations", inbox: "Alerts", sources: "Sources", signOut: "Sign out", other: "中文",
  signIn: "Sign in", user: "User name", password: "Password", signInHint: "The first accounts are in credentials.json of the home (under users).",
  rule: "Rule", severity: "Severity", state: "State", organization: "Organization", why: "Why", raisedAt: "Raised", every: "Any",
  low: "Low", medium: "Medium", high: "High", critical: "Critical",
  open: "Open", closed: "Closed", withdrawn: "Withdrawn", all: "All",
  fresh: "{{count}} new: show", empty: "No alert fits. Widen the filters, or see under Sources whether all departments have delivered.",
  stale: "The live connection is down: this list may be old. Connecting again.", live: "Live", connecting: "Connecting", down: "Down",
  more: "Load more", keys: "Keyboard", keysText: "j / k: next, previous; e or Enter: open; ?: this help", clear: "Clear filters",
  measured: "Measured against thresholds", measure: "What", value: "Measured", against: "Held against", thresholds: "Parameters of the rule", parameter: "Parameter", statutory: "Statutory",
  clause: "Clause", article: "Article {{article}}", unverified: "wording not checked yet", inForce: "in force from {{from}}",
  evidence: "Evidence", source: "Source", type: "Type", time: "Time", raw: "Raw event", notYours: "Another department's event: named, not shown.",
  history: "Revisions", revision: "Revision {{count}}", raised: "raised", amended: "amended",
  ruleVersion: "Rule {{rule}}, version {{version}}", isSettled: "Data complete", notSettled: "Data not complete", isHistory: "Historical data",
  lead: "An alert is a lead: it states facts and the clause they may touch, never an offence.", back: "Back to alerts",
  file: "File", asOf: "As of", kind: "Kind", division: "Division", posts: "Posts", accounts: "Bank accounts", annual_reports: "Annual reports",
  since: "From", until: "To", content: "Content", waiting: "What rules wait for", completeUntil: "Complete until", nothing: "Nothing",
  its: "Its alerts", association: "Association", foundation: "Foundation", service_institution: "Service institution", active: "Active",
  lastEvent: "Last event", events: "Events", lag: "Lag", quiet: "All worked off", busy: "Working", services: "Services", ready: "Ready", notReady: "Not ready", topic: "Topic",
  failed: "Could not be read", retry: "Try again", close: "Close",
};
