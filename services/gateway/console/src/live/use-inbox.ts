import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { loadAlerts } from "../api/queries";
import type { Filters } from "./filters";
import { letIn, NOTHING_YET, rowsOf, take, WAITING_MAX } from "./inbox";
import { useStream } from "./stream";

/** The list as it was read, with what the stream told since; `mayMove` says whether a row may come in on top now. */
export function useInbox(filters: Filters, mayMove: () => boolean) {
  const [live, setLive] = useState(NOTHING_YET);
  const list = useInfiniteQuery({
    queryKey: ["alerts", filters],
    queryFn: ({ pageParam }) => loadAlerts(filters, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const read = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const again = () => {
    setLive(NOTHING_YET);
    void list.refetch();
  };
  const connection = useStream({
    onTold: (messages) => {
      const told = messages.flatMap((message) => message.alert ?? []);
      const known = new Set(read.map((alert) => alert.id));
      setLive((before) => {
        const after = take(before, told, known, filters);
        return mayMove() && after.waiting.length <= WAITING_MAX ? letIn(after) : after;
      });
    },
    onGap: again,
  });
  const show = () => (live.waiting.length > WAITING_MAX ? again() : setLive(letIn));
  return { list, connection, show, waiting: live.waiting.length, rows: useMemo(() => rowsOf(read, live), [read, live]) };
}
