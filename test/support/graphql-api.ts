/** The GraphQL API as a stranger would call it: one POST, JSON in and out. */
export interface GraphqlApi {
  readonly url: string;
  /** @returns the `data` of the answer; throws when there are `errors`. */
  readonly ask: <T>(document: string, variables?: Readonly<Record<string, unknown>>) => Promise<T>;
}

/** An API at `url`. */
export function graphqlApi(url: string, token?: string): GraphqlApi {
  return {
    url,
    async ask<T>(document: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query: document, variables }),
      });
      // The caller names the type of its own document.
      const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
      if (errors !== undefined) throw new Error(`GraphQL: ${JSON.stringify(errors)}`);
      return data;
    },
  };
}
