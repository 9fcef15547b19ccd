import { queryOptions } from "@tanstack/react-query";
import { answered, client, ProblemAnswer, type Session, type Status } from "./client";
import type { Alert, AlertFile, Credit, Law, OrganizationFile, PageOf, Rule, ShownEvidence, Waiting } from "./shapes";
import type { Filters } from "../live/filters";

const PAGE_ROWS = 100;
const HOUR_MS = 3_600_000;

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await answered<Session>(client.GET("/v1/session"));
    } catch (problem) {
      if (problem instanceof ProblemAnswer && problem.status === 401) return null;
      throw problem;
    }
  },
  staleTime: HOUR_MS,
});

export function loadAlerts(filters: Filters, cursor: string | undefined): Promise<PageOf<Alert>> {
  const query = {
    limit: PAGE_ROWS,
    ...(filters.rule && { rule: filters.rule }),
    ...(filters.severity && { severity: filters.severity }),
    ...(filters.state !== "all" && { state: filters.state }),
    ...(filters.organization && { organization: filters.organization }),
    ...(cursor && { cursor }),
  };
  return answered(client.GET("/v1/alerts", { params: { query } }));
}

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ["alert", id],
    queryFn: () => answered<AlertFile>(client.GET("/v1/alerts/{alert_id}", { params: { path: { alert_id: id } } })),
  });

export const evidenceQuery = (id: string, revision: number | undefined) =>
  queryOptions({
    queryKey: ["evidence", id, revision],
    queryFn: () =>
      answered<PageOf<ShownEvidence>>(
        client.GET("/v1/alerts/{alert_id}/evidence", { params: { path: { alert_id: id } } }),
      ),
    enabled: revision !== undefined,
  });

export const rulesQuery = queryOptions({
  queryKey: ["rules"],
  queryFn: () => answered<PageOf<Rule>>(client.GET("/v1/rules")),
  staleTime: HOUR_MS,
});

export const lawsQuery = queryOptions({
  queryKey: ["laws"],
  queryFn: () => answered<PageOf<Law>>(client.GET("/v1/laws")),
  staleTime: HOUR_MS,
});

export const organizationQuery = (code: string, on: string | undefined) =>
  queryOptions({
    queryKey: ["organization", code, on],
    queryFn: () =>
      answered<OrganizationFile>(
        client.GET("/v1/organizations/{code}", { params: { path: { code }, query: on ? { on } : {} } }),
      ),
  });

export const waitingQuery = (code: string) =>
  queryOptions({
    queryKey: ["waiting", code],
    queryFn: () => answered<PageOf<Waiting>>(client.GET("/v1/organizations/{code}/waiting", { params: { path: { code } } })),
  });

export const creditQuery = (code: string) =>
  queryOptions({
    queryKey: ["credit", code],
    queryFn: () => answered<Credit>(client.GET("/v1/organizations/{code}/credit", { params: { path: { code } } })),
  });

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: () => answered<Status>(client.GET("/v1/status")),
  refetchInterval: 5_000,
});

export function signIn(username: string, password: string): Promise<Session> {
  return answered(client.POST("/v1/session", { body: { username, password } }));
}

export function signOut(session: Session): Promise<void> {
  return answered(client.DELETE("/v1/session", { headers: { "x-csrf-token": session.csrf_token } }));
}
