// What deployment.mjs uses of webernetes, which is installed only for the comparison.
declare module '@ngrok/webernetes' {
  export abstract class BaseImage {}

  export class Cluster {
    constructor(options: { nodes: number })
    readonly api: {
      readonly appsv1: {
        readNamespacedDeployment(at: {
          name: string
          namespace: string
        }): Promise<{ status?: { readyReplicas?: number } }>
      }
    }
    registerImage(image: unknown): void
    init(): Promise<void>
    apply(objects: readonly object[]): Promise<unknown>
  }
}
