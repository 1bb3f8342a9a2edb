// The bug that was put into this build on purpose: none, as a rule. The build replaces the value (scripts/planted-bug.ts).
export const plantedBug: string | null = null
