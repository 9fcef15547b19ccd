import { useQuery } from "@tanstack/react-query";
import { Alert as Notice, Card, Spin, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { statusQuery } from "../api/queries";
import { Failed } from "../shown/marks";
import { remarksOf } from "../shown/rhythm";
import { moment } from "../shown/time";
import { useSpeak } from "../words/words";

export function Sources() {
  const { t } = useTranslation();
  const speak = useSpeak();
  const status = useQuery(statusQuery);
  if (status.error) return <Failed error={status.error} again={() => void status.refetch()} />;
  if (!status.data) return <Spin />;
  return (
    <>
      <h1>{t("sources")}</h1>
      <p>
        <Tag>{t(status.data.quiet ? "quiet" : "busy")}</Tag>
      </p>
      {status.data.warnings.map((each) => (
        <Notice key={each.text.zh} type="warning" showIcon title={`${each.service}: ${each.text[speak]}`} />
      ))}
      <Card title={t("services")}>
        {status.data.services.map((each) => (
          <Tag key={each.name}>{`${each.ready ? "✓" : "✗"} ${each.name}: ${t(each.ready ? "ready" : "notReady")}`}</Tag>
        ))}
      </Card>
      <Table
        size="small"
        pagination={false}
        rowKey={(row) => `${row.source} ${row.topic}`}
        dataSource={[...status.data.sources]}
        columns={[
          { title: t("source"), dataIndex: "source" },
          { title: t("topic"), dataIndex: "topic" },
          { title: t("lastEvent"), render: (_, row) => moment(row.last_event_at) },
          { title: t("completeUntil"), render: (_, row) => moment(row.complete_until) },
          {
            title: t("remarks"),
            render: (_, row) =>
              remarksOf(row, t).map((each) => (
                <Tag key={each.text} color={each.level} style={{ whiteSpace: "normal" }}>
                  {each.level === "warning" ? `⚠ ${each.text}` : each.text}
                </Tag>
              )),
          },
          { title: t("events"), dataIndex: "events", align: "right" },
          { title: t("lag"), dataIndex: "lag", align: "right" },
        ]}
      />
    </>
  );
}
