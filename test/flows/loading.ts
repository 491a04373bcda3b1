import { bind } from "weirflow";
import { loadCsv, saveJson, type Table } from "@weirflow/io";

/** The orders, from a file. */
export const orders = bind(loadCsv, { path: "ordersPath" });

/** What all orders cost. */
export const total = ({ orders }: { orders: Table }): number => {
  const prices = orders["price"];
  if (!(prices instanceof Float64Array)) throw new TypeError("prices are no numbers");
  return prices.reduce((sum, price) => sum + price, 0);
};

/** Where the total was written. */
export const saved = bind(saveJson, { path: "totalPath", value: "total" });
