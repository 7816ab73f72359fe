import { useEffect, useState } from "preact/hooks";

/** False in the page as it was written, true once JavaScript runs: guards what would do nothing without it. */
export function useIsMounted(): boolean {
  const [isMounted, setIsMounted] = useState(false);
  useEffect(() => setIsMounted(true), []);
  return isMounted;
}
