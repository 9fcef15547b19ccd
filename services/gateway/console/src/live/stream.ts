import { useEffect, useRef, useState } from "react";
import type { StreamMessage } from "../api/shapes";

const KINDS = ["alert.raised", "alert.amended", "alert.withdrawn"];
const GATHER_MS = 200; // a county that is being loaded tells thousands: one drawing for all of a moment
const AGAIN_MS = 3_000;

export type Connection = "connecting" | "live" | "down";

export interface StreamHandlers {
  onTold: (messages: StreamMessage[]) => void;
  /** A new stream cannot say where the old one was: what lists hold may be old. */
  onGap: () => void;
}

/**
 * Follow the stream. A broken connection is taken up again by the browser, which says what it saw last, so nothing is
 * missed; one that the server ended for good is opened anew, and `onGap` is told.
 */
export function useStream({ onTold, onGap }: StreamHandlers): Connection {
  const [connection, setConnection] = useState<Connection>("connecting");
  const handlers = useRef({ onTold, onGap });
  useEffect(() => {
    handlers.current = { onTold, onGap };
  });
  useEffect(() => follow((messages) => handlers.current.onTold(messages), () => handlers.current.onGap(), setConnection), []);
  return connection;
}

function follow(tell: (messages: StreamMessage[]) => void, gap: () => void, say: (to: Connection) => void): () => void {
  let source: EventSource;
  let again: ReturnType<typeof setTimeout> | undefined;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let gathered: StreamMessage[] = [];

  const hear = (event: MessageEvent<string>) => {
    gathered.push(JSON.parse(event.data) as StreamMessage);
    gathering ??= setTimeout(() => {
      const told = gathered;
      gathered = [];
      gathering = undefined;
      tell(told);
    }, GATHER_MS);
  };
  const open = (isFirst: boolean) => {
    source = new EventSource("/v1/stream");
    source.onopen = () => {
      say("live");
      if (!isFirst) gap();
      isFirst = true;
    };
    source.onerror = () => {
      say("down");
      if (source.readyState === EventSource.CLOSED) again = setTimeout(() => open(false), AGAIN_MS);
    };
    for (const kind of KINDS) source.addEventListener(kind, hear);
  };
  open(true);
  return () => {
    source.close();
    clearTimeout(again);
    clearTimeout(gathering);
  };
}
