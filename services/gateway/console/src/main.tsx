import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, Navigate, RouterProvider } from "react-router";
import { AlertPage } from "./pages/AlertPage";
import { Frame } from "./pages/Frame";
import { Inbox } from "./pages/Inbox";
import { OrganizationPage } from "./pages/OrganizationPage";
import { Sources } from "./pages/Sources";
import "./style.css";
import { startWords, useSpeak } from "./words/words";

const router = createBrowserRouter([
  {
    element: <Frame />,
    children: [
      { path: "/", element: <Navigate to="/alerts" replace /> },
      { path: "/alerts", element: <Inbox /> },
      { path: "/alerts/:id", element: <AlertPage /> },
      { path: "/organizations/:code", element: <OrganizationPage /> },
      { path: "/sources", element: <Sources /> },
    ],
  },
]);
const cache = new QueryClient({ defaultOptions: { queries: { retry: 1 } } });
const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? "";

function Console() {
  const spoken = useSpeak();
  return (
    <ConfigProvider csp={{ nonce }} locale={spoken === "en" ? enUS : zhCN} theme={{ token: { colorPrimary: "#17657d", borderRadius: 6 } }}>
      <RouterProvider router={router} />
    </ConfigProvider>
  );
}

await startWords();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={cache}>
      <Console />
    </QueryClientProvider>
  </StrictMode>,
);
