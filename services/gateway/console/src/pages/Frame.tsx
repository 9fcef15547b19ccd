import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { NavLink, Outlet } from "react-router";
import { sessionQuery, signOut } from "../api/queries";
import { Failed } from "../shown/marks";
import { LanguageButton } from "./LanguageButton";
import { SignIn } from "./SignIn";

/** What stands around every page; without a session there is nothing but the way in. */
export function Frame() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const session = useQuery(sessionQuery);
  if (session.isPending) return <Spin fullscreen />;
  if (session.error) return <Failed error={session.error} again={() => void session.refetch()} />;
  if (!session.data) return <SignIn />;
  const own = session.data;
  const leave = async () => {
    await signOut(own);
    // The session first: who looks at it leaves the pages, and only then what they had read is forgotten.
    cache.setQueryData(sessionQuery.queryKey, null);
    cache.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionQuery.queryKey[0] });
  };
  return (
    <>
      <header className="frame">
        <strong className="brand">{t("brand")}</strong>
        <nav>
          <NavLink to="/alerts">{t("inbox")}</NavLink>
          <NavLink to="/sources">{t("sources")}</NavLink>
        </nav>
        <span className="who">{own.user}</span>
        <LanguageButton />
        <Button type="text" className="plain" onClick={() => void leave()}>
          {t("signOut")}
        </Button>
      </header>
      <main className="page">
        <Outlet />
      </main>
    </>
  );
}
