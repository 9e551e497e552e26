import { afterEach, describe, expect, it } from "vitest";
import { close, createEnd, type End } from "../testing/pair.js";

/** What a browser might offer: media first, unknown codecs, sections that are refused. */
function offer(base: string, media: readonly string[]): string {
  const at = base.indexOf("m=application");
  const transport = [...base.matchAll(/^a=(ice-ufrag|ice-pwd|setup):.*$/gm)].map(([line]) => line).join("\r\n");
  const sections = media.map((section) => `${section}\r\nc=IN IP4 0.0.0.0\r\n${transport}\r\na=rtcp-mux\r\n`);
  return base.slice(0, at) + sections.join("") + base.slice(at);
}

describe("a remote's description of media", () => {
  const open: End[] = [];
  const end = (): End => {
    const made = createEnd();
    open.push(made);
    return made;
  };
  afterEach(() => close(...open.splice(0)));
  const answerTo = async (media: readonly string[]): Promise<string> => {
    const { sdp } = await end().connection.createOffer();
    return (await end().connection.acceptOffer({ type: "offer", sdp: offer(sdp, media) })).sdp;
  };

  it("is answered section by section, with what is unknown refused", async () => {
    const answer = await answerTo([
      "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=mid:a\r\na=sendrecv\r\na=rtpmap:8 PCMA/8000",
      "m=video 9 UDP/TLS/RTP/SAVPF 120 121\r\na=mid:b\r\na=sendonly\r\na=rtpmap:120 VP8/90000\r\na=rtpmap:121 rtx/90000",
      "m=text 9 UDP/TLS/RTP/SAVPF 100\r\na=mid:c\r\na=sendrecv\r\na=rtpmap:100 t140/1000",
    ]);
    expect(answer.match(/^m=\S+ \d+/gm)).toEqual(["m=audio 0", "m=video 9", "m=text 0", "m=application 9"]);
    expect(answer).toMatch(/^a=group:BUNDLE b 0\r$/m);
    expect(answer).toContain("m=video 9 UDP/TLS/RTP/SAVPF 120\r\n");
    expect(answer).toMatch(/^a=recvonly\r$/m);
  });

  it.each([
    ["has one mid twice", ["m=audio 9 X 8\r\na=mid:a", "m=audio 9 X 8\r\na=mid:a"]],
    ["has no mid", ["m=audio 9 X 8"]],
    ["has a mid that is no token", ["m=audio 9 X 8\r\na=mid:a b"]],
  ])("is refused when it %s", async (_why, media) => {
    await expect(answerTo(media)).rejects.toMatchObject({ code: "INVALID_DESCRIPTION" });
  });

  it("with very many sections uses the first of them", async () => {
    const many = Array.from(
      { length: 200 },
      (_, index) => `m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:m${index}\r\na=sendrecv\r\na=rtpmap:111 opus/48000/2`,
    );
    const answer = await answerTo(many);
    expect(answer.match(/^m=audio 9/gm)).toHaveLength(64);
    expect(answer.match(/^m=audio 0/gm)).toHaveLength(136);
  });
});
