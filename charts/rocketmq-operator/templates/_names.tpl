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
{{- if not (kindIs "string" $memory) -}}{{- $memory = $memory | int64 | toString -}}{{- end -}}
{{- $number := regexFind "^[0-9.]+" $memory -}}
{{- $factors := dict "" 1 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- printf "%X" (mulf (float64 $number) (float64 (get $factors (trimPrefix $number $memory))) 0.5 | int64) -}}
{{- end }}
