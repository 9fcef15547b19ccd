import { useQuery } from "@tanstack/react-query";
import { Card, Descriptions, Empty, Input, Spin, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { creditQuery, loadAlerts, organizationQuery, waitingQuery } from "../api/queries";
import type { Entry } from "../api/shapes";
import { Failed, SeverityMark, StateMark } from "../shown/marks";
import { fieldLabel, fieldValue, SECTION_NAMES, sectionTitle } from "../shown/file";
import { moment, today } from "../shown/time";
import { useSpeak } from "../words/words";

export function OrganizationPage() {
  const { t } = useTranslation();
  const spoken = useSpeak();
  const { code = "" } = useParams();
  const [search, setSearch] = useSearchParams();
  const on = search.get("on") ?? undefined;
  const file = useQuery(organizationQuery(code, on));
  if (file.error) return <Failed error={file.error} again={() => void file.refetch()} />;
  if (!file.data) return <Spin />;
  const shown = file.data;
  const sections = SECTION_NAMES.map((name) => ({ name, entries: (shown[name] ?? []) as Entry[] }));
  const known = Object.entries(shown.identity ?? {}).filter(([name, field]) => !["code", "name", "kind", "division"].includes(name) && field.value !== null);
  return (
    <>
      <h1>{shown.name ?? shown.code}</h1>
      <label>
        {t("asOf")} <Input type="date" className="day" defaultValue={shown.on} max={today()} onChange={(event) => event.target.value && setSearch({ on: event.target.value })} />
      </label>
      <Card title={t("file")}>
        <Descriptions
          items={[
            { label: "USCC", children: shown.code },
            { label: t("kind"), children: shown.kind ? t(shown.kind) : "—" },
            { label: t("state"), children: t(shown.status) },
            { label: t("division"), children: shown.division ?? "—" },
            ...known.map(([name, field]) => ({ label: fieldLabel(name, spoken), children: fieldValue(name, field.value, spoken) })),
          ]}
        />
      </Card>
      <Alerts code={code} />
      <Credit code={code} />
      <Waits code={code} />
      {sections.map(({ name, entries }) => entries.length > 0 && <Section key={name} title={sectionTitle(name, spoken)} entries={entries} />)}
      <p className="quiet">
        {t("noneOf")} {sections.filter(({ entries }) => entries.length === 0).map(({ name }) => sectionTitle(name, spoken)).join(t("comma"))}
      </p>
    </>
  );
}

function Alerts({ code }: { code: string }) {
  const { t } = useTranslation();
  const spoken = useSpeak();
  const alerts = useQuery({
    queryKey: ["alerts of", code],
    queryFn: () => loadAlerts({ state: "all", organization: code }, undefined),
  });
  return (
    <Card title={t("its")}>
      {alerts.data?.items.length === 0 && <Empty description={t("nothing")} />}
      <ul>
        {alerts.data?.items.map((alert) => (
          <li key={alert.id}>
            <SeverityMark severity={alert.severity} /> <StateMark state={alert.state} /> {moment(alert.raised_at)}{" "}
            <Link to={`/alerts/${alert.id}`}>{(spoken === "en" && alert.title_en) || alert.title}</Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Credit({ code }: { code: string }) {
  const { t } = useTranslation();
  const credit = useQuery(creditQuery(code));
  return (
    <Card title={t("credit")}>
      {credit.error && <Failed error={credit.error} again={() => void credit.refetch()} />}
      {credit.data?.listings?.length === 0 && t("noListing")}
      <ul>
        {credit.data?.listings?.map((listing) => (
          <li key={listing.id}>
            <Tag>{t(`listing.${listing.state}`)}</Tag> {listing.cause_zh} {listing.reason && `· ${listing.reason}`} {listing.effective_on}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Waits({ code }: { code: string }) {
  const { t } = useTranslation();
  const waiting = useQuery(waitingQuery(code));
  return (
    <Card title={t("waiting")}>
      <Table
        size="small"
        pagination={false}
        rowKey={(row) => `${row.rule} ${row.topic} ${row.source}`}
        dataSource={waiting.data?.items ?? []}
        locale={{ emptyText: t("nothing") }}
        columns={[
          { title: t("rule"), dataIndex: "rule" },
          { title: t("source"), dataIndex: "source" },
          { title: t("since"), render: (_, row) => moment(row.since) },
          { title: t("completeUntil"), render: (_, row) => moment(row.complete_until) },
        ]}
      />
    </Card>
  );
}

function Section({ title, entries }: { title: string; entries: Entry[] }) {
  const { t } = useTranslation();
  const spoken = useSpeak();
  return (
    <Card title={`${title} (${entries.length})`}>
      <Table
        size="small"
        pagination={entries.length > 20 ? { pageSize: 20 } : false}
        rowKey={(row) => `${row.by?.source} ${row.by?.id}`}
        dataSource={entries}
        columns={[
          { title: t("since"), width: 120, render: (_, row) => moment(row.since) },
          { title: t("until"), width: 120, render: (_, row) => moment(row.until) },
          { title: t("content"), render: (_, row) => Object.entries(row.content).map(([name, value]) => <span className="pair" key={name}>{`${fieldLabel(name, spoken)}${t("colon")}${fieldValue(name, value, spoken)}`}</span>) },
        ]}
      />
    </Card>
  );
}
