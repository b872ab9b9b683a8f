#!/bin/sh
# Export every Service with a label, and store the addresses of the mirrors in a ConfigMap in the consumer, where applications
# can read them. Safe to run again.
#
#   connect.sh SELECTOR NAMESPACE CONTEXT-OF-THE-CONSUMER
set -eu
selector=${1:?a selector is needed} namespace=${2:?a namespace is needed} consumer=${3:?a context is needed}

names=$(kubectl mesh-export --selector "$selector" --namespace "$namespace" --to "$consumer" --yes \
  --output 'jsonpath={range .mirrors[*]}--from-literal={.mirror}={.dns}{"\n"}{end}')

# No exported name contains a space, so each line is one word.
# shellcheck disable=SC2086
kubectl --context "$consumer" --namespace "$namespace" create configmap mirrors $names --dry-run=client --output yaml |
  kubectl --context "$consumer" --namespace "$namespace" apply --filename -
