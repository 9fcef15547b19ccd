/** Write fen as yuan, exactly: whole numbers all the way, no floating point. */
export function yuan(fen: number | string | bigint): string {
  return `¥${decimal(fen)}`;
}

export function dollars(cents: number | string | bigint): string {
  return `$${decimal(cents)}`;
}

function decimal(hundredths: number | string | bigint): string {
  const value = BigInt(hundredths);
  const size = value < 0n ? -value : value;
  const whole = (size / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0n ? "-" : ""}${whole}.${(size % 100n).toString().padStart(2, "0")}`;
}
