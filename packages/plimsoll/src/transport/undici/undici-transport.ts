export const createUndiciTransport = undefined;
