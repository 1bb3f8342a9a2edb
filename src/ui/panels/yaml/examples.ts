// Manifests to begin from: one small thing each.

export const examples: Readonly<Record<string, string>> = {
  'pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: hello
spec:
  containers:
    - name: web
      image: nginx:1.27
      resources:
        requests:
          cpu: 100m
          memory: 64Mi
`,
  'deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 3
  selector:
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      containers:
        - name: web
          image: nginx:1.27
          resources:
            requests:
              cpu: 100m
              memory: 64Mi
`,
  'service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: shop
  ports:
    - port: 80
      targetPort: 80
`,
  'too-big.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: too-big
spec:
  containers:
    - name: web
      image: nginx:1.27
      resources:
        requests:
          cpu: "64"
`,
  'crash.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: crash
spec:
  containers:
    - name: main
      image: busybox:1.37
      command: ["sh", "-c", "sleep 3; exit 1"]
`,
}
