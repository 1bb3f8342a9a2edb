// A scenario file that was refused. It stands apart from the parser, so that an error is known without loading it.
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
}
