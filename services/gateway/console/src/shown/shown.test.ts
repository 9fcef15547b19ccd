import { expect, test } from "vitest";
import { fieldLabel, fieldValue } from "./file";
import { measureRows } from "./measures";
import { yuan } from "./money";
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
