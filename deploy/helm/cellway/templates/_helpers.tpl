{{/* The labels of everything. */}}
{{- define "cellway.labels" -}}
app.kubernetes.io/name: cellway
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What selects the pods of a part: (list $ "entry"). */}}
{{- define "cellway.selector" -}}
app.kubernetes.io/name: cellway
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "cellway.image" -}}
{{- $root := index . 0 -}}
{{ $root.Values.images.prefix }}cellway-{{ index . 1 }}:{{ $root.Values.images.tag | default $root.Chart.AppVersion }}
{{- end }}

{{/* The pod as PodSecurity “restricted” wants it. */}}
{{- define "cellway.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "cellway.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "cellway.etcdMembers" -}}
{{- $members := list -}}
{{- range $i := until (int .Values.etcd.replicas) -}}
{{- $members = append $members (printf "https://%s-etcd-%d.%s-etcd.%s.svc:2379" $.Release.Name $i $.Release.Name $.Release.Namespace) -}}
{{- end -}}
{{- ternary (join "," $members) (join "," .Values.etcd.externalEndpoints) .Values.etcd.enabled -}}
{{- end }}
