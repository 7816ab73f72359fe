/** Keys that name the method of a request, each with its path as value. Apart from the schemas: load threads need only these. */
export const METHOD_KEYS = ["get", "post", "put", "patch", "delete", "head", "options"] as const;
