// Amounts of resources as Kubernetes writes them.

/** 250 → "250m", 1500 → "1.5". */
export const formatCpu = (milli: number): string => (milli < 1000 ? `${milli}m` : String(milli / 1000))

/** 134217728 → "128Mi". */
export function formatMemory(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024
  if (mebibytes < 1) return `${Math.round(bytes / 1024)}Ki`
  return mebibytes < 1024 ? `${Math.round(mebibytes)}Mi` : `${Math.round((mebibytes / 1024) * 10) / 10}Gi`
}
