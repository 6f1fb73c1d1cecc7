{{- define "braid.labels" -}}
{{ include "braid.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "braid.selector" -}}
app.kubernetes.io/name: braid
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "braid.name" -}}
{{- ternary .Release.Name (printf "%s-braid" .Release.Name) (contains "braid" .Release.Name) | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "braid.image" -}}
{{- $kind := ternary "cuda" "cpu" (gt (int .Values.gpus) 0) -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default (printf "%s-%s" .Chart.AppVersion $kind) }}
{{- end }}

{{/* What workers are known by; not what the service selects its pods by. */}}
{{- define "braid.workerLabels" -}}
app.kubernetes.io/name: braid-worker
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "braid.workerImage" -}}
{{- $kind := ternary "cuda" "cpu" (gt (int .Values.training.kubernetes.gpus) 0) -}}
{{ .Values.image.repository }}:{{ coalesce .Values.training.kubernetes.imageTag .Values.image.tag | default (printf "%s-%s" .Chart.AppVersion $kind) }}
{{- end }}

{{/* What pods, the service's and workers', may do: read and write their volumes as one user without rights. */}}
{{- define "braid.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "braid.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* On which nodes a pod runs, and before whom: of the values that it is given, the service's or training.kubernetes. */}}
{{- define "braid.scheduling" -}}
{{- with .runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Whether several pods can serve from the same database and the same volume; empty where not. */}}
{{- define "braid.shared" -}}
{{- if and .Values.database.url (eq .Values.persistence.accessMode "ReadWriteMany") }}true{{ end }}
{{- end }}

{{/* What cannot be, in words; the schema cannot say it. */}}
{{- define "braid.check" -}}
{{- $many := or (gt (int .Values.replicas) 1) .Values.autoscaling.enabled -}}
{{- if and $many (not .Values.database.url) }}
{{- fail "replicas above 1 and autoscaling need a PostgreSQL: set database.url and database.secret. SQLite is one file of one process." }}
{{- end }}
{{- if and $many (not (include "braid.shared" .)) }}
{{- fail "replicas above 1 and autoscaling need persistence.accessMode: ReadWriteMany: all pods use the same weights, datasets and indexes." }}
{{- end }}
{{- if and .Values.database.url (not .Values.database.secret) }}
{{- fail "database.url needs database.secret: a secret with username and password." }}
{{- end }}
{{- $hosts := regexFind "//[^/?]*" .Values.database.url }}
{{- range regexFindAll ":[0-9]+(,|$)" $hosts -1 }}
{{- $port := trimAll ":," . }}
{{- if ne $port (toString $.Values.database.port) }}
{{- fail (printf "database.url has port %s and database.port is %v: the network policy opens database.port. Set database.port=%s." $port $.Values.database.port $port) }}
{{- end }}
{{- end }}
{{- if and .Values.training.kubernetes.enabled (ne .Values.persistence.accessMode "ReadWriteMany") }}
{{- fail "training.kubernetes.enabled needs persistence.accessMode: ReadWriteMany: the pods of runs use the service's volume, from other nodes." }}
{{- end }}
{{- if and .Values.training.kubernetes.enabled (not .Values.database.url) }}
{{- fail "training.kubernetes.enabled needs a PostgreSQL: set database.url and database.secret. SQLite is not safe on a volume of several nodes." }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}
{{- fail "ingress.enabled needs ingress.host." }}
{{- end }}
{{- end }}
