import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { speak, useSpeak } from "../words/words";

export function LanguageButton() {
  const { t } = useTranslation();
  const spoken = useSpeak();
  return (
    <Button type="text" className="plain" onClick={() => void speak(spoken === "zh" ? "en" : "zh")}>
      {t("other")}
    </Button>
  );
}
