import type { ChannelSnapshot, PeerSnapshot, RemoteSnapshot } from "@peerhood/core";
import { h, keyedList, setAttribute, setText, type Row } from "../dom.js";
import { clean, formatBytes, formatRate } from "../format.js";
import type { History, Sample } from "../history.js";
import { createPlot } from "./plot.js";

interface Entry {
  readonly channel: ChannelSnapshot;
  readonly samples: readonly Sample[];
  readonly at: number;
}

/** The channels with the selected remote: what is buffered, and how fast it goes, over the last minute. */
export function createChannels(history: History) {
  const list = h("ul", { class: "channels" });
  const none = h("p", { class: "quiet" }, "No channels.");
  let remoteId = "";
  const draw = keyedList<Entry>(list, ({ channel }) => `${remoteId}/${channel.label}`, createChannel);
  return {
    element: h("div", {}, none, list),
    show({ at }: PeerSnapshot, selected: RemoteSnapshot | undefined): void {
      remoteId = selected?.id ?? "";
      const channels = selected?.channels ?? [];
      none.hidden = channels.length > 0;
      draw(channels.map((channel) => ({ channel, samples: history.of(remoteId, channel.label), at })));
    },
  };
}

function createChannel(): Row<Entry> {
  const title = h("h4");
  const state = h("span", { class: "chip" });
  const kind = h("span", { class: "quiet" });
  const rates = createPlot("rates", ["sent", "received"]);
  const buffered = createPlot("buffered", ["buffered"]);
  const facts = h("p", { class: "quiet figures" });
  return {
    element: h(
      "li",
      { class: "channel" },
      h("div", { class: "head" }, title, state, kind),
      rates.element,
      buffered.element,
      facts,
    ),
    update({ channel, samples, at }) {
      const { label, id, readyState, ordered, reliable, protocol, transfers, bufferedAmount } = channel;
      const { messagesSent, messagesReceived, bytesSent, bytesReceived } = channel;
      setText(title, clean(label) || "(no label)");
      setText(state, readyState);
      setAttribute(state, "data-state", readyState);
      const traits = [ordered ? "ordered" : "unordered", reliable ? "reliable" : "unreliable"];
      if (protocol !== "") traits.push(`protocol ${clean(protocol)}`);
      setText(kind, `id ${id ?? "–"}, ${traits.join(", ")}`);
      const last = samples.at(-1);
      const [sent, received] = [last?.sentPerSecond ?? 0, last?.receivedPerSecond ?? 0];
      rates.show(
        at,
        [samples.map((one) => [one.at, one.sentPerSecond]), samples.map((one) => [one.at, one.receivedPerSecond])],
        [`↑ ${formatRate(sent)}`, `↓ ${formatRate(received)}`],
        formatRate,
      );
      buffered.show(
        at,
        [samples.map((one) => [one.at, one.buffered])],
        [`${formatBytes(bufferedAmount)} buffered`],
        formatBytes,
      );
      const under = transfers === 0 ? "" : ` · ${transfers} under way`;
      setText(
        facts,
        `↑ ${count(messagesSent)}, ${formatBytes(bytesSent)} · ↓ ${count(messagesReceived)}, ${formatBytes(bytesReceived)}${under}`,
      );
    },
  };
}

function count(messages: number): string {
  return `${messages} ${messages === 1 ? "message" : "messages"}`;
}
