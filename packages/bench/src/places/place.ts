/** Functions whose arguments and results survive JSON. */
export type EndModule = Readonly<Record<string, (...args: never[]) => unknown>>;

/** A process or a page that runs one end; its functions are called from the bench. */
export interface Place<End extends EndModule> {
  call<Name extends keyof End & string>(
    name: Name,
    ...args: Parameters<End[Name]>
  ): Promise<Awaited<ReturnType<End[Name]>>>;
  close(): Promise<void>;
}
