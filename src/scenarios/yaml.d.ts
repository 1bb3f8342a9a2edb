// A data file imported as what it says: scripts/scenario-modules.ts checks and converts it when the program is built.
declare module '*.yaml' {
  const scenario: import('../session/scenario.ts').Scenario
  export default scenario
}
