// Owner references: who controls an object, after apimachinery's metav1.GetControllerOf.
import type { KubeObject, OwnerReference } from './objects.ts'

/** The reference that a controller puts on what it creates; deletion of the owner waits for the object. */
export function controllerRef(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true)
}

/** By uid: an owner that was deleted and made again under the same name is another owner. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid
}
