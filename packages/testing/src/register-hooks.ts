interface Context {
  readonly parentURL?: string;
}

type NextResolve = (specifier: string, context?: Context) => unknown;

/** Module customization hook of Node: https://nodejs.org/api/module.html#resolvespecifier-context-nextresolve */
export function resolve(specifier: string, context: Context, next: NextResolve): unknown {
  if (specifier !== "peerhood" && specifier !== "peerhood/store") return next(specifier, context);
  return next(`@peerhood/testing/${specifier}`, { ...context, parentURL: import.meta.url });
}
