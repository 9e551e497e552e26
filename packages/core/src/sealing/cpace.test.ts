import { hexToBytes } from "@noble/curves/utils.js";
import { describe, expect, test } from "vitest";
import { Cpace, createGenerator, generatorString, multiplyVerified, toScalar } from "./cpace.js";

// draft-irtf-cfrg-cpace-21, appendix B.3.
const input = {
  password: new TextEncoder().encode("Password"),
  channel: hexToBytes("0b415f696e69746961746f720b425f726573706f6e646572"),
  session: hexToBytes("7e4b4791d6a8ef019b936c79fb7f2c57"),
};
const ya = hexToBytes("da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08");
const yb = hexToBytes("d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d");
const s = hexToBytes("7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05");
const hex = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString("hex");
const adA = new TextEncoder().encode("ADa");
const adB = new TextEncoder().encode("ADb");

describe("CPACE-RISTR255-SHA512, vectors of the draft", () => {
  test("B.3.1: the generator", () => {
    expect(hex(generatorString(input))).toBe(
      `11435061636552697374726574746f3235350850617373776f726464${"00".repeat(100)}180b415f696e69746961746f` +
        "720b425f726573706f6e646572107e4b4791d6a8ef019b936c79fb7f2c57",
    );
    expect(hex(createGenerator(input).toBytes())).toBe(
      "222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56",
    );
  });

  test("B.3.2, B.3.3: the messages", () => {
    expect(hex(new Cpace(input, ya).share)).toBe("d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157");
    expect(hex(new Cpace(input, yb).share)).toBe("3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258");
  });

  test("B.3.4, B.3.6: the secret, and the key of a run in no order, on both sides", () => {
    const [a, b] = [new Cpace(input, ya), new Cpace(input, yb)];
    const secret = "80b69a8a76457ab6a4d7f887a4bf6b55a2f80ac19c333f917a05fc9887c8b40f";
    expect(hex(multiplyVerified(toScalar(ya), b.share))).toBe(secret);
    expect(hex(multiplyVerified(toScalar(yb), a.share))).toBe(secret);
    const key =
      "544199d71f62f8d9a1fee55727e24fe4a45844593c2b6013c4fa3969d0e5debb" +
      "2244675c0b43397cbb68d342b01fc0f98fc961469a25134de9f0f813c1a57476";
    expect(hex(a.finish(b.share, adA, adB))).toBe(key);
    expect(hex(b.finish(a.share, adB, adA))).toBe(key);
  });

  test("B.3.10, B.3.11: scalar_mult_vfy, and what it aborts on", () => {
    const x = hexToBytes("2c3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c");
    expect(hex(multiplyVerified(toScalar(s), x))).toBe(
      "7c13645fe790a468f62c39beb7388e541d8405d1ade69d1778c5fe3e7f6b600e",
    );
    const notOnCurve = hexToBytes("2b3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c");
    for (const share of [notOnCurve, new Uint8Array(32)]) {
      expect(multiplyVerified(toScalar(s), share)).toBeUndefined();
      expect(new Cpace(input, ya).finish(share, adA, adB)).toBeUndefined();
    }
  });
});

test("another password, session or channel gives another key", () => {
  const a = new Cpace(input, ya);
  const keyWith = (change: Partial<typeof input>): string | undefined => {
    const b = new Cpace({ ...input, ...change }, yb);
    return hex(b.finish(a.share, adB, adA));
  };
  const others = [{ password: adA }, { session: adA }, { channel: adA }].map((change) => keyWith(change));
  expect(new Set([keyWith({}), ...others]).size).toBe(4);
});
