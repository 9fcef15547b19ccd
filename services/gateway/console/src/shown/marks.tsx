import { Alert as Notice, Button } from "antd";
import { useTranslation } from "react-i18next";
import type { AlertState, Severity } from "../api/shapes";

const SHAPES: Record<Severity, string> = { low: "○", medium: "◐", high: "▲", critical: "◆" };

/** A shape and a word beside the colour: nobody has to tell colours apart. */
export function SeverityMark({ severity }: { severity: Severity }) {
  const { t } = useTranslation();
  return (
    <span className={`mark mark-${severity}`}>
      <span aria-hidden="true">{SHAPES[severity]}</span> {t(severity)}
    </span>
  );
}

export function StateMark({ state }: { state: AlertState }) {
  const { t } = useTranslation();
  return <span className={`state state-${state}`}>{t(state)}</span>;
}

export function Failed({ error, again }: { error: Error; again: () => void }) {
  const { t } = useTranslation();
  const retry = <Button onClick={again}>{t("retry")}</Button>;
  return <Notice type="error" showIcon title={t("failed")} description={error.message} action={retry} />;
}
