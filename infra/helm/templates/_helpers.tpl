{{- define "forwarder.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "forwarder.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: forwarder
{{- end -}}

{{- define "forwarder.labels" -}}
{{ include "forwarder.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "forwarder.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default "nspass-forwarder" -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "forwarder.leaseName" -}}
{{- .Values.config.lease.name | default (include "forwarder.fullname" .) -}}
{{- end -}}

{{- define "forwarder.leaseNamespace" -}}
{{- .Values.config.lease.namespace | default .Release.Namespace -}}
{{- end -}}

{{- /* Renders the whole configuration, with the values that follow from the release. */ -}}
{{- define "forwarder.config" -}}
{{- $_ := required "config.cluster must be set: the name of the cluster, as in appliances.yml" .Values.config.cluster -}}
{{- $_ := required "config.bus.name must be set: name or ARN of the event bus" .Values.config.bus.name -}}
{{- $config := deepCopy .Values.config -}}
{{- $_ := set $config.lease "name" (include "forwarder.leaseName" .) -}}
{{- $_ := set $config.lease "namespace" (include "forwarder.leaseNamespace" .) -}}
{{- $config | toPrettyJson -}}
{{- end -}}

{{- /* The classes of the admission policy in lower case, as a list in CEL. values.schema.json permits names only. */ -}}
{{- define "admission.classNames" -}}
{{- $names := .Values.admissionPolicy.classNames | default .Values.config.ingress.classNames -}}
{{- if not $names -}}
{{- fail "admissionPolicy.classNames must be set: the names of the classes whose Ingresses are judged" -}}
{{- end -}}
{{- $quoted := list -}}
{{- range $names }}{{ $quoted = append $quoted (lower . | quote) }}{{ end -}}
{{- if .Values.admissionPolicy.withoutClass }}{{ $quoted = append $quoted (quote "") }}{{ end -}}
[{{ join ", " $quoted }}]
{{- end -}}

{{- define "forwarder.port" -}}
{{- .Values.config.http.port | default 8080 | int -}}
{{- end -}}

{{- define "exporter.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: exporter
{{- end -}}

{{- define "exporter.labels" -}}
{{ include "exporter.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "exporter.fullname" -}}
{{- printf "%s-exporter" (include "forwarder.fullname" . | trunc 43 | trimSuffix "-") -}}
{{- end -}}

{{- /* Renders appliances.yml. User names and passwords come from the environment. */ -}}
{{- define "exporter.config" -}}
{{- if not .Values.exporter.appliances -}}
{{- fail "exporter.appliances must name at least one appliance" -}}
{{- end -}}
{{- $appliances := list -}}
{{- $names := list -}}
{{- range .Values.exporter.appliances -}}
{{- if has .name $names }}{{ fail (printf "exporter.appliances names %s twice" .name) }}{{ end -}}
{{- $names = append $names .name -}}
{{- $appliance := dict "name" .name "clusters" (list $.Values.config.cluster) "endpoints" .endpoints "credentials" (dict "environment" "NSPASS_NITRO") -}}
{{- with .systemId }}{{ $_ := set $appliance "systemId" . }}{{ end -}}
{{- with .partition }}{{ $_ := set $appliance "partition" . }}{{ end -}}
{{- with .ca }}{{ $_ := set $appliance "tls" (dict "ca" "/etc/nspass/ca.pem") }}{{ end -}}
{{- $appliances = append $appliances $appliance -}}
{{- end -}}
{{- dict "appliances" $appliances | toPrettyJson -}}
{{- end -}}

{{- define "exporter.image" -}}
{{- $image := .Values.exporter.image -}}
{{- $_ := required "exporter.image.repository must be set: where you pushed the image of infra/docker/exporter to" $image.repository -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "forwarder.image" -}}
{{- $_ := required "image.repository must be set: where you pushed the image of infra/docker to" .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}
