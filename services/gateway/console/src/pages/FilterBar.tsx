import { useQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { rulesQuery } from "../api/queries";
import { SEVERITIES, STATES, writeFilters, type Filters } from "../live/filters";
import { useSpeak } from "../words/words";

export function FilterBar({ filters }: { filters: Filters }) {
  const { t } = useTranslation();
  const spoken = useSpeak();
  const [, setSearch] = useSearchParams();
  const rules = useQuery(rulesQuery);
  const set = (changed: Partial<Filters>) => setSearch(writeFilters({ ...filters, ...changed }), { replace: true });
  const names = new Map(rules.data?.items.map((rule) => [rule.id, `${rule.id} ${rule.name?.[spoken] ?? ""}`]));
  return (
    <div className="filters">
      <Select aria-label={t("state")} value={filters.state} onChange={(state) => set({ state })} options={STATES.map((value) => ({ value, label: t(value) }))} />
      <Select aria-label={t("severity")} value={filters.severity ?? ""} onChange={(chosen) => set({ severity: SEVERITIES.find((known) => known === chosen) } as Partial<Filters>)} options={[{ value: "", label: `${t("severity")}: ${t("every")}` }, ...SEVERITIES.map((value) => ({ value, label: t(value) }))]} />
      <Select aria-label={t("rule")} className="wide" value={filters.rule ?? ""} onChange={(rule) => set({ rule })} options={[{ value: "", label: `${t("rule")}: ${t("every")}` }, ...[...names].map(([value, label]) => ({ value, label }))]} />
      <Input.Search aria-label={t("organization")} placeholder={t("organization")} defaultValue={filters.organization ?? ""} allowClear onSearch={(organization) => set({ organization: organization.trim() })} />
      <Button onClick={() => setSearch({})}>{t("clear")}</Button>
    </div>
  );
}
