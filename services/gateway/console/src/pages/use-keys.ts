import { useEffect, useRef, useState } from "react";

type Keys = Record<"j" | "k" | "e", () => void>;

/** Let single keys work where nobody is writing; `?` shows and hides the help. */
export function useKeys(keys: Keys): boolean {
  const [isHelping, setHelping] = useState(false);
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isWriting = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [role=combobox]");
      if (isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "?") setHelping((before) => !before);
      if (event.key === "j" || event.key === "k" || event.key === "e") latest.current[event.key]();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return isHelping;
}
