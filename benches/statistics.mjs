/** Medians and quartiles: few functions, which outliers hardly affect. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

export const median = (values) => quantile(values, 0.5)

/** Median with quartiles. */
export const spread = (values) => ({
  median: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75)
})

/** The median of the ratios of paired rounds: a disturbance of a round affects both of its figures. */
export const pairedRatio = (values, base) => median(values.map((value, index) => value / base[index]))
