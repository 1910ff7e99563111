// Package conformance runs the official conformance suite of Gateway API, as it is: .ci/gateway-api-conformance.
package conformance

import (
	"testing"

	"sigs.k8s.io/gateway-api/conformance"
)

func TestConformance(t *testing.T) {
	conformance.RunConformance(t)
}
