import { expect, test } from "vitest";
import type { Alert } from "../api/shapes";
import { readFilters, writeFilters } from "./filters";
import { letIn, NOTHING_YET, rowsOf, take } from "./inbox";

const OPEN = { state: "open" } as const;
const alert = (id: string, more: Partial<Alert> = {}): Alert =>
  ({ id, rule: "SO-01", severity: "high", state: "open", revision: 1, organization: { code: "c", name: "n" }, ...more }) as Alert;
const ids = (rows: Alert[]) => rows.map((row) => row.id);

test("a new alert is announced and moves nothing until it is let in", () => {
  const read = [alert("b"), alert("a")];
  const live = take(NOTHING_YET, [alert("c")], new Set(["a", "b"]), OPEN);
  expect(live.waiting).toEqual(["c"]);
  expect(ids(rowsOf(read, live))).toEqual(["b", "a"]);
  expect(ids(rowsOf(read, letIn(live)))).toEqual(["c", "b", "a"]);
});

test("an amended alert keeps its place and an older word never replaces a newer one", () => {
  const read = [alert("b"), alert("a")];
  const told = [alert("a", { revision: 3, state: "withdrawn" }), alert("a", { revision: 2 })];
  const rows = rowsOf(read, take(NOTHING_YET, told, new Set(["a", "b"]), OPEN));
  expect(ids(rows)).toEqual(["b", "a"]);
  expect(rows[1]?.state).toBe("withdrawn");
});

test("what does not fit the filters is not announced, and what stops to fit is announced no longer", () => {
  const live = take(NOTHING_YET, [alert("c"), alert("d", { severity: "low" })], new Set(), { ...OPEN, severity: "high" });
  expect(live.waiting).toEqual(["c"]);
  expect(take(live, [alert("c", { revision: 2, state: "withdrawn" })], new Set(), OPEN).waiting).toEqual([]);
});

test("a view survives its address, and nonsense in an address is left out", () => {
  const filters = { state: "all", severity: "low", rule: "SO-02", organization: "x" } as const;
  expect(readFilters(writeFilters(filters))).toEqual(filters);
  expect(readFilters(new URLSearchParams("severity=loud&state=?"))).toEqual({ state: "open" });
});
