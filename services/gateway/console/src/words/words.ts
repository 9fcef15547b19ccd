import i18n from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Speak } from "../shown/measures";
import { en } from "./en";
import { zh } from "./zh";

const KEPT = "qinglian.language";

export async function startWords(): Promise<void> {
  await i18n.use(initReactI18next).init({
    resources: { zh: { translation: zh }, en: { translation: en } },
    lng: localStorage.getItem(KEPT) === "en" ? "en" : "zh",
    fallbackLng: "zh",
    interpolation: { escapeValue: false },
  });
  markPage();
}

export async function speak(language: Speak): Promise<void> {
  localStorage.setItem(KEPT, language);
  await i18n.changeLanguage(language);
  markPage();
}

function markPage(): void {
  document.documentElement.lang = i18n.language === "en" ? "en" : "zh-CN";
  document.title = `${i18n.t("brand")} · ${i18n.t("product")}`;
}

export function useSpeak(): Speak {
  return useTranslation().i18n.language === "en" ? "en" : "zh";
}
