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
import { nonce } from "./nonce";
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
const theme = {
  // Greys dark enough to be read by everyone: 4.5 to 1 on the page's ground (WCAG 2.1, 1.4.3).
  token: { colorPrimary: "#17657d", colorLink: "#17657d", colorTextTertiary: "#5b6970", colorTextDescription: "#5b6970", colorTextPlaceholder: "#5b6970", colorTextDisabled: "#5b6970", borderRadius: 6, fontFamily: "inherit" },
};
const cache = new QueryClient({ defaultOptions: { queries: { retry: 1 } } });

function Console() {
  const spoken = useSpeak();
  return (
    <ConfigProvider csp={{ nonce }} locale={spoken === "en" ? enUS : zhCN} theme={theme}>
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
