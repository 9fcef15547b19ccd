import { useQueryClient, useMutation } from "@tanstack/react-query";
import { Alert as Notice, Button, Card, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { sessionQuery, signIn } from "../api/queries";
import { LanguageButton } from "./LanguageButton";

export function SignIn() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const signing = useMutation({
    mutationFn: (told: { username: string; password: string }) => signIn(told.username, told.password),
    onSuccess: (session) => cache.setQueryData(sessionQuery.queryKey, session),
  });
  return (
    <main className="sign-in">
      <Card>
        <img src="/favicon.svg" alt="" width={48} height={48} />
        <h1>{t("brand")}</h1>
        <p className="quiet">{t("product")}</p>
        <Form layout="vertical" onFinish={signing.mutate} requiredMark={false}>
          <Form.Item name="username" label={t("user")} rules={[{ required: true, message: t("user") }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item name="password" label={t("password")} rules={[{ required: true, message: t("password") }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {signing.error && <Notice type="error" showIcon title={signing.error.message} />}
          <Button type="primary" htmlType="submit" block loading={signing.isPending}>
            {t("signIn")}
          </Button>
        </Form>
        <p className="quiet">{t("signInHint")}</p>
        <LanguageButton />
      </Card>
    </main>
  );
}
