// The payload of ConfigMaps and Secrets: how much it may be, and how much base64 text stands for.

/** MaxSecretSize; a ConfigMap may hold as much. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024

/** The bytes that base64 text stands for. */
export function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return (base64.length / 4) * 3 - padding
}
