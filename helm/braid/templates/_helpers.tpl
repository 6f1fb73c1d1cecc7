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
