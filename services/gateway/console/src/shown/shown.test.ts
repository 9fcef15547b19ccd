import type { TFunction } from "i18next";
import { expect, test } from "vitest";
import { fieldLabel, fieldValue } from "./file";
import { measureRows } from "./measures";
import { yuan } from "./money";
import { remarksOf, type Source } from "./rhythm";
import { moment } from "./time";

test("fen become yuan exactly, however large", () => {
  expect(yuan(210_000_005)).toBe("¥2,100,000.05");
  expect(yuan(-7)).toBe("-¥0.07".replace("-¥", "¥-"));
  expect(yuan("900719925474099101")).toBe("¥9,007,199,254,740,991.01");
});

test("times are those of the county's clocks and a date stays a date", () => {
  expect(moment("2026-03-02T16:30:00Z")).toBe("2026-03-03 00:30:00");
  expect(moment("2026-03-02")).toBe("2026-03-02");
});

test("a number stands beside the threshold that it was held against", () => {
  const [row] = measureRows({ day_fen: 210_000_000 }, { transfer_fen: { default: 200_000_000, unit: "fen" } }, "zh");
  expect(row).toMatchObject({ value: "¥2,100,000.00", against: { value: "¥2,000,000.00" } });
});

test("a file is told in the reader's words", () => {
  expect(fieldLabel("income_fen", "zh")).toBe("收入");
  expect(fieldValue("income_fen", 309_000_000, "zh")).toBe("¥3,090,000.00");
  expect(fieldValue("post", "vice_chair", "zh")).toBe("副会长");
  expect(fieldValue("post", "a post of tomorrow", "zh")).toBe("a post of tomorrow");
  expect(fieldValue("charity", false, "en")).toBe("no");
  expect(fieldValue("a", { kind: "organization", name: "甲协会" }, "zh")).toBe("甲协会");
});

const SOURCE = {
  source: "/tax/bureau",
  topic: "tax.registrations.v1",
  last_event_at: null,
  last_seen_at: null,
  events: 0,
  complete_until: null,
  lag: 0,
  blocked: [],
  silence: null,
};
const said = (name: string, values?: Record<string, unknown>) => (values ? `${name} ${JSON.stringify(values)}` : name);

test("a silent source is a visible warning, one that never declared is remarked, others are not", () => {
  const silence = { state: "silent", since: "2026-06-08T00:00:00Z", declared_at: "2026-05-29T00:00:00Z", allowed_days: 10 };
  const [silent] = remarksOf({ ...SOURCE, silence } as Source, said as TFunction);
  expect(silent).toMatchObject({ level: "warning" });
  expect(silent?.text).toBe('silentSince {"since":"2026-06-08 08:00:00","days":10}');
  const never = { state: "never", since: null, declared_at: null, allowed_days: 10 };
  expect(remarksOf({ ...SOURCE, silence: never } as Source, said as TFunction)).toEqual([{ level: "default", text: "neverDeclared" }]);
  const fine = { ...never, state: "declaring" };
  expect(remarksOf({ ...SOURCE, silence: fine } as Source, said as TFunction)).toEqual([]);
  expect(remarksOf(SOURCE as Source, said as TFunction)).toEqual([]);
});

test("a declaration that was not taken shows what was stated and what was counted", () => {
  const blocked = {
    partition: null,
    id: "d",
    stated: { event_count: 4, amount_fen: null },
    counted: { event_count: 3, amount_fen: 100 },
    since: null,
    at: "2026-06-01T00:00:00Z",
  };
  const told = { ...blocked, partition: 5, stated: { event_count: null, amount_fen: 700 } };
  const [first, second] = remarksOf({ ...SOURCE, blocked: [blocked, told] } as Source, said as TFunction);
  expect(first?.level).toBe("warning");
  expect(first?.text).toContain('countDiffers {\\"stated\\":4,\\"counted\\":3}');
  expect(first?.text).not.toContain("sumDiffers");
  expect(second?.text).toContain("¥7.00");
  expect(second?.text).toContain("inPartition");
});
