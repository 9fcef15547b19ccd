import { useQuery } from "@tanstack/react-query";
import { Card, Spin, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { alertQuery, evidenceQuery, lawsQuery, rulesQuery } from "../api/queries";
import type { AlertFile, Law, Parameter, ShownEvidence } from "../api/shapes";
import { Failed, SeverityMark, StateMark } from "../shown/marks";
import { labelOf, measureRows, valueOf } from "../shown/measures";
import { moment } from "../shown/time";
import { useSpeak } from "../words/words";

export function AlertPage() {
  const { id = "" } = useParams();
  const alert = useQuery(alertQuery(id));
  if (alert.error) return <Failed error={alert.error} again={() => void alert.refetch()} />;
  return alert.data ? <Shown alert={alert.data} /> : <Spin />;
}

function Shown({ alert }: { alert: AlertFile }) {
  const { t } = useTranslation();
  const spoken = useSpeak();
  const rules = useQuery(rulesQuery);
  const rule = rules.data?.items.find((each) => each.id === alert.rule && each.version === alert.rule_version);
  const isEnglish = spoken === "en";
  return (
    <>
      <Link to="/alerts">← {t("back")}</Link>
      <h1>{(isEnglish && alert.title_en) || alert.title}</h1>
      <p className="tags">
        <SeverityMark severity={alert.severity} /> <StateMark state={alert.state} />
        <Tag>{t("ruleVersion", { rule: alert.rule, version: alert.rule_version })}</Tag>
        <Tag>{t(alert.settled ? "isSettled" : "notSettled")}</Tag>
        {alert.history && <Tag>{t("isHistory")}</Tag>}
        <Link to={`/organizations/${alert.organization.code}`}>{alert.organization.name || alert.organization.code}</Link>
      </p>
      <p className="reason">{(isEnglish && alert.why_en) || alert.why}</p>
      <p className="quiet">{t("lead")}</p>
      <Numbers alert={alert} parameters={rule?.parameters ?? {}} />
      <Clauses alert={alert} />
      <Evidence alert={alert} />
      <Card title={t("history")}>
        <ol>
          {alert.revisions.map((each) => (
            <li key={each.revision}>
              {moment(each.at)} · {t(each.kind)} {each.reason && t(`because.${each.reason}`, "")}
            </li>
          ))}
        </ol>
      </Card>
    </>
  );
}

function Numbers({ alert, parameters }: { alert: AlertFile; parameters: Record<string, Parameter> }) {
  const { t } = useTranslation();
  const known = useLaws();
  const spoken = useSpeak();
  return (
    <div className="columns">
      <Card title={t("measured")}>
        <Table
          size="small"
          pagination={false}
          rowKey="key"
          dataSource={measureRows(alert.measured, parameters, spoken)}
          columns={[
            { title: t("measure"), dataIndex: "label" },
            { title: t("value"), dataIndex: "value", align: "right", className: "number" },
            { title: t("against"), render: (_, row) => row.against && `${row.against.label} ${row.against.value}` },
          ]}
        />
      </Card>
      <Card title={t("thresholds")}>
        <Table
          size="small"
          pagination={false}
          rowKey="0"
          dataSource={Object.entries(parameters)}
          columns={[
            { title: t("parameter"), render: (_, [name]) => labelOf(name, spoken) },
            { title: t("setting"), align: "right", className: "number", render: (_, [, each]) => valueOf(each.default, each.unit, spoken) },
            { title: t("statutory"), render: (_, [, each]) => each.statutory && (known.get(each.statutory)?.title ?? each.statutory) },
          ]}
        />
      </Card>
    </div>
  );
}

function useLaws(): Map<string, Law> {
  const laws = useQuery(lawsQuery);
  return new Map(laws.data?.items.map((law) => [law.key, law]));
}

function Clauses({ alert }: { alert: AlertFile }) {
  const { t } = useTranslation();
  const known = useLaws();
  return (
    <Card title={t("clause")}>
      <ul>
        {alert.law.map((cited) => (
          <li key={`${cited.instrument}${cited.article}`}>
            {known.get(cited.instrument)?.title ?? cited.instrument} {cited.article && t("article", { article: cited.article })}{" "}
            {cited.unverified && <Tag>{t("unverified")}</Tag>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Evidence({ alert }: { alert: AlertFile }) {
  const { t } = useTranslation();
  const evidence = useQuery(evidenceQuery(alert.id, alert.revision));
  const raw = new Map(evidence.data?.items.map((each) => [`${each.source} ${each.id}`, each.event]));
  const rows: ShownEvidence[] = alert.evidence.map((each) => {
    const event = raw.get(`${each.source} ${each.id}`);
    return event ? { ...each, event } : each;
  });
  return (
    <Card title={`${t("evidence")} (${alert.evidence_count})`}>
      <Table
        size="small"
        pagination={false}
        rowKey={(row) => `${row.source} ${row.id}`}
        dataSource={rows}
        expandable={{
          expandedRowRender: (row) => (row.event ? <pre tabIndex={0}>{JSON.stringify(row.event, null, 2)}</pre> : t("notYours")),
        }}
        columns={[
          { title: t("time"), render: (_, row) => moment(row.time) },
          { title: t("type"), dataIndex: "type" },
          { title: t("source"), dataIndex: "source" },
          { title: t("eventId"), dataIndex: "id" },
        ]}
      />
    </Card>
  );
}
