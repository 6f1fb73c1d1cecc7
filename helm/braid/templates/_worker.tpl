{{/* The Job of which Braid makes those of runs: with a name, a command, labels of its own, and what it asks for times its slots. */}}
{{- define "braid.worker" -}}
{{- $training := .Values.training.kubernetes -}}
apiVersion: batch/v1
kind: Job
metadata:
  labels:
    {{- include "braid.workerLabels" . | nindent 4 }}
    {{- with $training.queue }}
    kueue.x-k8s.io/queue-name: {{ . }}
    {{- end }}
spec:
  {{- if $training.queue }}
  # Kueue lets it start.
  suspend: true
  {{- end }}
  ttlSecondsAfterFinished: {{ $training.keepSeconds | int64 }}
  # A pod that its node or the scheduler ended is replaced, and goes on from the last checkpoint. Whatever else ends it is for Braid to decide.
  podFailurePolicy:
    rules:
      - action: Ignore
        onPodConditions: [{type: DisruptionTarget, status: "True"}]
  template:
    metadata:
      labels: {{- include "braid.workerLabels" . | nindent 8 }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 10
      securityContext: {{- include "braid.podSecurity" . | nindent 8 }}
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with include "braid.scheduling" $training | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      containers:
        - name: worker
          image: {{ include "braid.workerImage" . }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          securityContext: {{- include "braid.containerSecurity" . | nindent 12 }}
          resources:
            requests: {{- toYaml $training.resources.requests | nindent 14 }}
            limits:
              {{- toYaml $training.resources.limits | nindent 14 }}
              {{- if gt (int $training.gpus) 0 }}
              {{ .Values.gpuResource }}: 1
              {{- end }}
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: tmp, mountPath: /tmp}
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: {{ .Values.persistence.existingClaim | default (include "braid.name" .) }}
        - name: tmp
          emptyDir: {sizeLimit: {{ $training.tmpSize }}}
{{- end }}
