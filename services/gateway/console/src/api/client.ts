import createClient from "openapi-fetch";
import i18n from "i18next";
import type { components, paths } from "./schema";

export type Session = components["schemas"]["SessionAnswer"];
export type Status = components["schemas"]["StatusReport"];

/** What the interface said when it did not do what it was asked (RFC 9457). */
export class ProblemAnswer extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
  ) {
    super(title);
  }
}

const client = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });

client.use({
  onRequest({ request }) {
    request.headers.set("accept-language", i18n.language);
    return request;
  },
});

interface Answered {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** Give the body of an answer, or throw what is wrong in the interface's own words. */
export async function answered<Shape>(asked: Promise<Answered>): Promise<Shape> {
  const { data, error, response } = await asked;
  if (response.ok) return data as Shape;
  const problem = (error ?? {}) as { code?: string; title?: string };
  throw new ProblemAnswer(response.status, problem.code ?? "unknown", problem.title ?? `HTTP ${response.status}`);
}

export { client };
