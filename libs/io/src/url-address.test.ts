import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { whyRefused } from "./url-address.ts";

const publicAddresses = [
  "1.1.1.1",
  "8.8.8.8",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "168.63.129.15",
  "169.253.255.255",
  "172.15.255.255",
  "172.32.0.0",
  "192.167.255.255",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450:4001:800::200e",
  "::ffff:8.8.8.8",
  "::ffff:808:808",
  "64:ff9b::8.8.8.8",
];

const refusedAddresses = [
  ["127.0.0.1", "this machine"],
  ["127.255.255.254", "this machine"],
  ["0.0.0.0", "this machine"],
  ["10.0.0.1", "private"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["192.168.1.1", "private"],
  ["100.64.0.1", "private"],
  ["100.100.100.200", "private"], // metadata of one cloud
  ["169.254.169.254", "metadata"],
  ["169.254.170.2", "metadata"],
  ["168.63.129.16", "metadata"], // a public address, of one cloud's machines
  ["192.0.0.192", "reserved"],
  ["192.0.2.1", "reserved"],
  ["198.18.0.1", "reserved"],
  ["224.0.0.1", "reserved"],
  ["255.255.255.255", "reserved"],
  ["::1", "not of the public internet"],
  ["::", "not of the public internet"],
  ["::127.0.0.1", "not of the public internet"],
  ["fe80::1", "not of the public internet"],
  ["fe80::1%eth0", "not of the public internet"],
  ["fc00::1", "not of the public internet"],
  ["fd00:ec2::254", "not of the public internet"], // metadata of another
  ["fec0::1", "not of the public internet"],
  ["ff02::1", "not of the public internet"],
  ["100::1", "not of the public internet"],
  ["64:ff9b:1::1", "not of the public internet"],
  ["64:ff9b::127.0.0.1", "this machine"],
  ["64:ff9b::a9fe:a9fe", "metadata"],
  ["64:ff9b::1", "not of the public internet"],
  ["::ffff:127.0.0.1", "this machine"],
  ["::ffff:7f00:1", "this machine"],
  ["0:0:0:0:0:ffff:a00:1", "private"],
  ["::ffff:169.254.169.254", "metadata"],
  ["2001::1", "reserved"], // Teredo
  ["2001:db8::1", "reserved"],
  ["2002:7f00:1::", "reserved"], // 6to4 of 127.0.0.1
  ["localhost", "no IP address"],
  ["", "no IP address"],
] as const;

describe("whyRefused", () => {
  test.each(publicAddresses)("lets %s through", (address) => {
    expect(whyRefused(address)).toBeUndefined();
  });

  test.each(refusedAddresses)("refuses %s", (address, why) => {
    expect(whyRefused(address)).toContain(why);
  });

  test("judges an IPv4 address and its mapped form alike", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(whyRefused(`::ffff:${address}`)).toBe(whyRefused(address));
      }),
    );
  });

  test("refuses every address of 127, 10 and 169.254", () => {
    const inside = fc
      .tuple(fc.constantFrom("127.0", "10.9", "169.254"), fc.nat(255), fc.nat(255))
      .map((parts) => parts.join("."));

    fc.assert(
      fc.property(inside, (address) => {
        expect(whyRefused(address)).toBeDefined();
      }),
    );
  });
});
