import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeTarget, type TargetRequest } from "./guard.ts";
import { parseAddress, standingOf } from "./guard-address.ts";

function request(change: Partial<TargetRequest>): TargetRequest {
  return { hostname: "api.example.com", addresses: [], allowTargets: [], isAuthorised: false, ...change };
}

describe("an address", () => {
  test.each([
    ["127.0.0.1", "own"],
    ["127.255.255.254", "own"],
    ["10.0.0.1", "own"],
    ["172.16.0.1", "own"],
    ["172.31.255.255", "own"],
    ["172.15.255.255", "public"],
    ["172.32.0.1", "public"],
    ["192.168.1.1", "own"],
    ["192.169.0.1", "public"],
    ["11.0.0.1", "public"],
    ["9.255.255.255", "public"],
    ["8.8.8.8", "public"],
    ["100.64.0.1", "public"],
    ["100.100.100.200", "denied"],
    ["168.63.129.16", "denied"],
    ["192.0.0.192", "denied"],
    ["169.254.169.254", "denied"],
    ["169.254.170.2", "denied"],
    ["169.253.255.255", "public"],
    ["0.0.0.0", "denied"],
    ["0.1.2.3", "denied"],
    ["255.255.255.255", "denied"],
    ["224.0.0.1", "denied"],
    ["239.255.255.255", "denied"],
    ["240.0.0.1", "denied"],
    ["::1", "own"],
    ["0:0:0:0:0:0:0:1", "own"],
    ["::", "denied"],
    ["fc00::1", "own"],
    ["fdff:ffff::1", "own"],
    ["fe00::1", "public"],
    ["fe80::1", "denied"],
    ["fe80::1%eth0", "denied"],
    ["febf::1", "denied"],
    ["fec0::1", "public"],
    ["ff02::1", "denied"],
    ["fd00:ec2::254", "denied"],
    ["FD00:0EC2:0:0:0:0:0:254", "denied"],
    ["fd20:ce::254", "denied"],
    ["fd20:ce::255", "own"],
    ["2001:4860:4860::8888", "public"],
    ["::ffff:127.0.0.1", "own"],
    ["::ffff:7f00:1", "own"],
    ["::ffff:169.254.169.254", "denied"],
    ["::ffff:a9fe:a9fe", "denied"],
    ["::ffff:8.8.8.8", "public"],
    ["::ffff:0.0.0.0", "denied"],
    ["::169.254.169.254", "denied"],
    ["::2", "denied"],
    ["64:ff9b::169.254.169.254", "denied"],
    ["64:ff9b::10.0.0.1", "public"],
    ["2002:a9fe:a9fe::1", "denied"],
    ["2002:808:808::1", "public"],
    ["", "denied"],
    ["localhost", "denied"],
    ["127.1", "denied"],
    ["2130706433", "denied"],
    ["0x7f.0.0.1", "denied"],
    ["0177.0.0.1", "denied"],
    ["127.0.0.256", "denied"],
    ["127.0.0.1.", "denied"],
    ["1:2:3:4:5:6:7", "denied"],
    ["1:2:3:4:5:6:7:8:9", "denied"],
    ["1::2::3", "denied"],
    ["1:2:3:4:5:6:7:8::", "denied"],
    ["::1.2.3", "denied"],
    ["12345::", "denied"],
    ["1.2.3.4::", "denied"],
  ])("%s is %s", (address, kind) => {
    expect(standingOf(address).kind).toBe(kind);
  });
});

describe("judgeTarget", () => {
  test("loopback and private addresses are free", () => {
    expect(judgeTarget(request({ hostname: "localhost", addresses: ["::1", "127.0.0.1"] }))).toEqual({
      kind: "allowed",
      addresses: ["::1", "127.0.0.1"],
    });
  });

  test("a public address is refused unless something says it is ours", () => {
    const judged = judgeTarget(request({ addresses: ["93.184.216.34"] }));
    expect(judged.kind === "refused" && judged.why).toContain("93.184.216.34 is neither");
  });

  test.each([
    ["the exact name", "api.example.com", "allowed"],
    ["the name in another case and with its root dot", "API.Example.Com.", "allowed"],
    ["the address", "93.184.216.34", "allowed"],
    ["a parent domain", "example.com", "refused"],
    ["a pattern", "*.example.com", "refused"],
    ["the name as a prefix", "api.example.com.evil.test", "refused"],
    ["another address", "93.184.216.35", "refused"],
    ["nothing", "", "refused"],
  ])("allowTargets with %s: %s → %s", (_, target, kind) => {
    expect(judgeTarget(request({ addresses: ["93.184.216.34"], allowTargets: [target] })).kind).toBe(kind);
  });

  test("an allowed address may be written in any way", () => {
    const allowTargets = ["[2001:DB8:0:0::1]"];
    expect(judgeTarget(request({ addresses: ["2001:db8::1"], allowTargets })).kind).toBe("allowed");
  });

  test("authorisation admits public hosts", () => {
    expect(judgeTarget(request({ addresses: ["8.8.8.8"], isAuthorised: true })).kind).toBe("allowed");
  });

  test.each([["169.254.169.254"], ["::ffff:169.254.169.254"], ["fd00:ec2::254"], ["0.0.0.0"], ["::"], ["224.0.0.1"]])(
    "%s is refused although it is listed and authorised",
    (address) => {
      const judged = judgeTarget(
        request({ hostname: address, addresses: [address], allowTargets: [address], isAuthorised: true }),
      );
      expect(judged.kind).toBe("refused");
    },
  );

  test.each(["metadata.google.internal", "METADATA.google.internal.", "instance-data", "metadata"])(
    "the metadata name %s is refused whatever it resolves to",
    (hostname) => {
      expect(judgeTarget(request({ hostname, addresses: ["127.0.0.1"], isAuthorised: true })).kind).toBe("refused");
    },
  );

  test("of several addresses only those that may be loaded are returned", () => {
    const addresses = ["169.254.169.254", "10.0.0.7", "8.8.8.8"];
    expect(judgeTarget(request({ addresses }))).toEqual({ kind: "allowed", addresses: ["10.0.0.7"] });
    expect(judgeTarget(request({ addresses, isAuthorised: true }))).toEqual({
      kind: "allowed",
      addresses: ["10.0.0.7", "8.8.8.8"],
    });
  });

  test("a name without addresses is refused", () => {
    expect(judgeTarget(request({ isAuthorised: true })).kind).toBe("refused");
  });

  test("a refusal of 0.0.0.0 says what to write instead", () => {
    const judged = judgeTarget(request({ hostname: "0.0.0.0", addresses: ["0.0.0.0"] }));
    expect(judged.kind === "refused" && judged.why).toContain("127.0.0.1");
  });
});

describe("laws", () => {
  test("an IPv4 address and its mapped form stand alike", () => {
    fc.assert(fc.property(fc.ipV4(), (address) => standingOf(`::ffff:${address}`).kind === standingOf(address).kind));
  });

  test("every written form of an IPv6 address is read alike, and as 16 octets", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const octets = parseAddress(address)!;
        const groups = Array.from({ length: 8 }, (_, at) => (octets[2 * at]! * 256 + octets[2 * at + 1]!).toString(16));
        expect(parseAddress(groups.join(":"))).toEqual(octets);
        expect(octets).toHaveLength(16);
      }),
    );
  });

  test("nothing denied is ever returned, whatever is allowed", () => {
    const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom("169.254.169.254", "::", "ff02::1", "10.1.2.3"));
    fc.assert(
      fc.property(fc.array(anyAddress), fc.boolean(), (addresses, isAuthorised) => {
        const judged = judgeTarget(request({ addresses, allowTargets: addresses, isAuthorised }));
        const returned = judged.kind === "allowed" ? judged.addresses : [];
        return returned.every((address) => standingOf(address).kind !== "denied");
      }),
    );
  });
});
