#!/usr/bin/env bash
# Checks manifests of a change in any CI: findings as SARIF, and what the change does to routes as Markdown. action.yml calls
# it on GitHub. docs/ci.md describes the variables.
set -euo pipefail

: "${NSPASS:=nspass}"
: "${MANIFESTS:?name the folder of manifests}"
: "${BASE:=}"
: "${OUTPUT:=.}"
: "${FAIL_ON:=error}"
: "${CONFIG:=}"
: "${APPLIANCE:=}"

case $FAIL_ON in
  error | warning | change | never) ;;
  *)
    echo "check-manifests: FAIL_ON is \"$FAIL_ON\": expected error, warning, change or never" >&2
    exit 2
    ;;
esac

read -r -a nspass <<<"$NSPASS"
rules=()
if [[ -n $CONFIG ]]; then rules+=(--config "$CONFIG"); fi
if [[ -n $APPLIANCE ]]; then rules+=(--appliance "$APPLIANCE"); fi
mkdir -p "$OUTPUT"

# run FILE COMMAND…: writes the output to FILE. Status 1 is an answer, any other one but 0 ends the check.
status=0
run() {
  local file=$1
  shift
  status=0
  "${nspass[@]}" "$@" >"$file" || status=$?
  if ((status > 1)); then exit "$status"; fi
}

strict=()
if [[ $FAIL_ON == warning ]]; then strict=(--strict); fi
run "$OUTPUT/nspass.sarif" lint "$MANIFESTS" --format sarif ${rules[@]+"${rules[@]}"} ${strict[@]+"${strict[@]}"}
found=$status

changes=0
if [[ -n $BASE ]]; then
  run "$OUTPUT/nspass-plan.md" plan "$MANIFESTS" --base "$BASE" -o markdown ${rules[@]+"${rules[@]}"}
  changes=$status
fi

case $FAIL_ON in
  never) exit 0 ;;
  change) exit $((found | changes)) ;;
  *) exit "$found" ;;
esac
