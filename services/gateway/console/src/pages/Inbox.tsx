import { Alert as Notice, Button, Empty, Table } from "antd";
import type { TableRef } from "antd/es/table";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Alert } from "../api/shapes";
import { readFilters, writeFilters, type Filters } from "../live/filters";
import { useInbox } from "../live/use-inbox";
import { Failed, SeverityMark, StateMark } from "../shown/marks";
import { moment } from "../shown/time";
import { useSpeak } from "../words/words";
import { FilterBar } from "./FilterBar";
import { useKeys } from "./use-keys";

export function Inbox() {
  const [search] = useSearchParams();
  const filters = readFilters(search);
  return <List key={writeFilters(filters).toString()} filters={filters} />;
}

function List({ filters }: { filters: Filters }) {
  const { t } = useTranslation();
  const spoken = useSpeak();
  const navigate = useNavigate();
  const table = useRef<TableRef>(null);
  const isUnderPointer = useRef(false);
  const isAtTop = useRef(true);
  const [chosen, setChosen] = useState<string>();
  const inbox = useInbox(filters, () => isAtTop.current && !isUnderPointer.current);
  const step = (by: number) => {
    const at = inbox.rows.findIndex((row) => row.id === chosen);
    const next = inbox.rows[Math.min(Math.max(at + by, 0), inbox.rows.length - 1)];
    if (!next) return;
    setChosen(next.id);
    table.current?.scrollTo({ key: next.id });
  };
  const helping = useKeys({ j: () => step(1), k: () => step(-1), e: () => chosen && void navigate(`/alerts/${chosen}`) });
  if (inbox.list.error) return <Failed error={inbox.list.error} again={() => void inbox.list.refetch()} />;
  return (
    <>
      <h1>
        {t("inbox")} <small className={`live live-${inbox.connection}`}>● {t(inbox.connection)}</small>
      </h1>
      {inbox.connection === "down" && <Notice type="warning" showIcon banner title={t("stale")} />}
      <FilterBar filters={filters} />
      {helping && <Notice type="info" showIcon title={t("keys")} description={t("keysText")} />}
      <div role="status">
        {inbox.waiting > 0 && (
          <Button type="primary" block onClick={inbox.show}>
            {t("fresh", { count: inbox.waiting })}
          </Button>
        )}
      </div>
      <div onPointerEnter={() => (isUnderPointer.current = true)} onPointerLeave={() => (isUnderPointer.current = false)}>
        <Table<Alert>
          virtual
          ref={table}
          rowKey="id"
          size="middle"
          pagination={false}
          loading={inbox.list.isPending}
          dataSource={inbox.rows}
          scroll={{ x: 1180, y: Math.max(window.innerHeight - 300, 320) }}
          rowClassName={(row) => (row.id === chosen ? "chosen" : "")}
          onScroll={(event) => (isAtTop.current = event.currentTarget.scrollTop < 4)}
          locale={{ emptyText: <Empty description={t("empty")} /> }}
          columns={[
            { title: t("severity"), width: 90, render: (_, row) => <SeverityMark severity={row.severity} /> },
            { title: t("why"), width: 560, render: (_, row) => <Why alert={row} spoken={spoken} /> },
            { title: t("organization"), width: 250, render: (_, row) => <Link to={`/organizations/${row.organization.code}`}>{row.organization.name || row.organization.code}</Link> },
            { title: t("state"), width: 100, render: (_, row) => <StateMark state={row.state} /> },
            { title: t("raisedAt"), width: 180, render: (_, row) => moment(row.raised_at) },
          ]}
        />
      </div>
      {inbox.list.hasNextPage && (
        <Button block loading={inbox.list.isFetchingNextPage} onClick={() => void inbox.list.fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </>
  );
}

function Why({ alert, spoken }: { alert: Alert; spoken: "zh" | "en" }) {
  const isEnglish = spoken === "en";
  return (
    <div className="why">
      <Link to={`/alerts/${alert.id}`}>
        {alert.rule} {(isEnglish && alert.title_en) || alert.title}
      </Link>
      <div className="quiet">{(isEnglish && alert.why_en) || alert.why}</div>
    </div>
  );
}
