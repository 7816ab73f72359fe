/** A colour of the style sheet by its tone, or any custom property. */
export type Tone = (name: string) => string;
