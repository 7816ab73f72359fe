export function palettePng(picture: {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}): Buffer;
