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
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile: {type: RuntimeDefault}
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $training.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      {{- with $training.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $training.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $training.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $training.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: worker
          image: {{ include "braid.workerImage" . }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
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
