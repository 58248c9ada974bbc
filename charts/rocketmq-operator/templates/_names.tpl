{{- /* What is outside the release's namespace carries its name, so that two installs do not overwrite each other. */ -}}
{{- define "shared.name" -}}
rocketmq-operator-{{ .Release.Namespace }}
{{- end }}

{{- define "metadata" -}}
name: rocketmq-operator
namespace: {{ .Release.Namespace }}
labels:
  app.kubernetes.io/name: rocketmq-operator
{{- end }}

{{- define "subjects" -}}
subjects:
  - kind: ServiceAccount
    name: rocketmq-operator
    namespace: {{ .Release.Namespace }}
{{- end }}

{{- /* Half of the memory limit in hexadecimal, as the runtime reads it. */ -}}
{{- define "heap.limit" -}}
{{- $memory := .Values.resources.limits.memory -}}
{{- $mebibytes := ternary (mul 1024 (trimSuffix "Gi" $memory | int64)) (trimSuffix "Mi" $memory | int64) (hasSuffix "Gi" $memory) -}}
{{- printf "%X" (mul $mebibytes 524288) -}}
{{- end }}
