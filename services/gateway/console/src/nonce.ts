/** The word that the gateway lets styles in by; the build leaves it in the page. */
export const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? "";

// Some of the components that we use make style elements without it (to measure a scroll bar). Only scripts that the
// policy lets in can come here, and they could say the word themselves: nothing opens that was closed.
const make = document.createElement.bind(document) as (name: string, options?: ElementCreationOptions) => HTMLElement;
document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const made = make(name, options);
  if (name === "style") made.nonce = nonce;
  return made;
}) as typeof document.createElement;
