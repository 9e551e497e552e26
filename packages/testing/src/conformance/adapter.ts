import { abusiveCallCases } from "./adapter/abuse-calls.js";
import { abusiveCandidateCases } from "./adapter/abuse-candidates.js";
import { abusiveDescriptionCases } from "./adapter/abuse-descriptions.js";
import { channelCases } from "./adapter/channels.js";
import { closingCases } from "./adapter/closing.js";
import type { AdapterConformanceCase } from "./adapter/context.js";
import { flowCases } from "./adapter/flow.js";
import { handlerCases } from "./adapter/handlers.js";
import { identityCases } from "./adapter/identity.js";
import { mediaCases } from "./adapter/media.js";
import { negotiationCases } from "./adapter/negotiation.js";
import { statsCases } from "./adapter/stats.js";

/**
 * The contract of `ConnectionAdapter` as tests. Each case is independent of the others and closes what it opens; it
 * uses nothing of a test runner, and runs inside a browser page after bundling as well as in Node.
 *
 * @example
 * for (const { name, requires, run } of adapterConformance()) {
 *   test.skipIf(requires !== undefined && !(requires in context))(name, () => run(context));
 * }
 */
export function adapterConformance(): readonly AdapterConformanceCase[] {
  return [
    ...prefixed("negotiation", negotiationCases),
    ...prefixed("identity", identityCases),
    ...prefixed("channels", channelCases),
    ...prefixed("flow", flowCases),
    ...prefixed("closing", closingCases),
    ...prefixed("handlers", handlerCases),
    ...prefixed("media", mediaCases),
    ...prefixed("stats", statsCases),
    ...prefixed("abuse", [...abusiveCallCases, ...abusiveDescriptionCases, ...abusiveCandidateCases]),
  ];
}

function prefixed(theme: string, cases: readonly AdapterConformanceCase[]): AdapterConformanceCase[] {
  return cases.map((one) => ({
    ...one,
    name: `${theme}: ${one.name}`,
    run: async (context) => {
      await Promise.all([context.adapter.load?.(), context.remoteAdapter?.load?.()]);
      await one.run(context);
    },
  }));
}
