/** What lists and files hold: the description of the interface leaves their rows open, contracts.md fixes them. */

export type Severity = "low" | "medium" | "high" | "critical";
export type AlertState = "open" | "withdrawn" | "closed";
export type Measure = number | string;

export interface EvidenceRow {
  source: string;
  id: string;
  type: string;
  time: string;
  topic?: string;
  partition?: number;
  offset?: number;
  content_sha256?: string;
}

/** `event` is missing where the event is another department's: it is named, not shown. */
export interface ShownEvidence extends EvidenceRow {
  event?: Record<string, unknown>;
}

export interface LawCited {
  instrument: string;
  article: string;
  unverified?: boolean | null;
}

export interface Alert {
  id: string;
  rule: string;
  rule_version: number;
  organization: { code: string; name: string };
  severity: Severity;
  state: AlertState;
  window: { from: string; to: string };
  raised_at: string;
  amended_at: string | null;
  title: string;
  title_en?: string;
  why: string;
  why_en?: string;
  measured: Record<string, Measure>;
  evidence: EvidenceRow[];
  evidence_count: number;
  law: LawCited[];
  settled: boolean;
  history: boolean;
  revision: number;
}

export interface Revision {
  revision: number;
  kind: "raised" | "amended" | "withdrawn";
  reason?: string | null;
  known_at?: string;
  at?: string;
  severity?: Severity;
  [more: string]: unknown;
}

export interface AlertFile extends Alert {
  revisions: Revision[];
  division: string | null;
}

export interface Parameter {
  default: Measure;
  unit?: string;
  statutory?: string;
}

export interface Rule {
  id: string;
  version: number;
  state: string;
  decides: string;
  name: { zh: string; en: string } | null;
  law: { key: string; article: string; unverified?: boolean }[] | null;
  parameters: Record<string, Parameter> | null;
}

export interface Law {
  key: string;
  title: string;
  in_force_from: string | null;
  in_force_to: string | null;
  verified: boolean;
}

export interface Document {
  source: string;
  id: string;
  type: string;
  time: string;
}

export interface Entry {
  since: string | null;
  until: string | null;
  by: Document | null;
  ended_by: Document | null;
  content: Record<string, unknown>;
  current?: boolean;
}

/** Sections (posts, accounts, annual_reports, …) stand beside these fields, each a list of entries. */
export interface OrganizationFile {
  code: string;
  name: string | null;
  kind: string | null;
  status: string;
  division: string | null;
  code_check: { gb32100: boolean; gb11714: boolean };
  on: string;
  standing?: { status: string; since: string | null; until: string | null; reason: string | null };
  identity?: Record<string, { value: unknown; since: string | null; by: Document | null }>;
  [section: string]: unknown;
}

export interface Waiting {
  rule: string;
  topic: string;
  source: string | null;
  since: string | null;
  until: string | null;
  complete_until: string | null;
}

export interface Credit {
  code: string;
  listings?: {
    id: string;
    list: string;
    state: string;
    cause: string;
    cause_zh: string;
    reason: string | null;
    effective_on: string | null;
  }[];
}

export interface PageOf<Row> {
  items: Row[];
  next: string | null;
}

export interface StreamMessage {
  type: string;
  at: string;
  alert?: Alert;
}
