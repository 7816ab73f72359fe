/** Which octets may stand where in an HTTP/1.x message (RFC 9110 §5.5, §5.6.2). */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;

/** The lower-case octet for each `tchar` (what names are made of), 0 for any other octet. */
export const NAME_OCTETS: Uint8Array = tableOf((octet) => {
  const char = String.fromCharCode(octet);
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/.test(char) ? char.toLowerCase().charCodeAt(0) : 0;
});

/** 1 for what a field value or reason phrase may hold: visible, SP, HTAB and `obs-text`; 0 for control characters. */
export const TEXT_OCTETS: Uint8Array = tableOf((octet) =>
  octet === TAB || (octet >= SPACE && octet !== 0x7f) ? 1 : 0,
);

/** The value of a hexadecimal digit, or 255. */
export const HEX_VALUES: Uint8Array = tableOf((octet) => {
  const value = "0123456789abcdef".indexOf(String.fromCharCode(octet).toLowerCase());
  return value === -1 ? 255 : value;
});

/** The octets of ASCII or Latin-1 text. */
export function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Latin-1 text of `octets[0..length)`, in pieces that a call's argument list can hold. */
export function latin1Text(octets: Uint8Array, length: number): string {
  let text = "";
  for (let at = 0; at < length; at += 4096) {
    text += String.fromCharCode(...octets.subarray(at, Math.min(length, at + 4096)));
  }
  return text;
}

function tableOf(valueAt: (octet: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, octet) => valueAt(octet));
}
