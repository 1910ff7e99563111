package netscaler

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// startNetScaler starts an empty NetScaler for one test, and returns the URL of its NITRO API.
func startNetScaler(t *testing.T) string {
	t.Helper()
	command := strings.Fields(os.Getenv("NSPASS"))
	if len(command) == 0 {
		command = []string{"nspass"}
	}
	process := exec.Command(command[0], append(command[1:], "appliance", "--listen", "127.0.0.1:0")...)
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Signal(os.Interrupt)
		_ = process.Wait()
	})
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if url, ready := strings.CutPrefix(lines.Text(), "NITRO "); ready {
			return url
		}
	}
	t.Fatal("nspass appliance ended before it was ready")
	return ""
}

func send(t *testing.T, method, url string, body any) (int, map[string]any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(method, url, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth("nsroot", "nsroot")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer := map[string]any{}
	_ = json.NewDecoder(response.Body).Decode(&answer)
	return response.StatusCode, answer
}

func TestServerIsAddedOnceAndRemoved(t *testing.T) {
	servers := startNetScaler(t) + "/nitro/v1/config/server"
	server := map[string]any{"server": map[string]any{"name": "a", "ipaddress": "10.0.0.1"}}
	if status, answer := send(t, "POST", servers, server); status != http.StatusCreated {
		t.Fatalf("added with %d: %v", status, answer)
	}
	if status, answer := send(t, "POST", servers, server); status != http.StatusConflict || answer["errorcode"] != 273.0 {
		t.Fatalf("added again with %d: %v", status, answer)
	}
	if status, answer := send(t, "DELETE", servers+"/a", nil); status != http.StatusOK {
		t.Fatalf("removed with %d: %v", status, answer)
	}
	if status, answer := send(t, "GET", servers+"/a", nil); status != http.StatusNotFound || answer["errorcode"] != 258.0 {
		t.Fatalf("read with %d: %v", status, answer)
	}
}

func TestScriptedFaultIsRetried(t *testing.T) {
	url := startNetScaler(t)
	busy := []map[string]any{{"kind": "server", "times": 2, "fault": map[string]any{"type": "status", "status": 503}}}
	if status, answer := send(t, "PUT", url+"/simulator/faults", busy); status != http.StatusOK {
		t.Fatalf("faults set with %d: %v", status, answer)
	}
	var seen []int
	for range [3]int{} {
		status, _ := send(t, "GET", url+"/nitro/v1/config/server", nil)
		seen = append(seen, status)
	}
	if seen[0] != 503 || seen[1] != 503 || seen[2] != 200 {
		t.Fatalf("statuses %v", seen)
	}
}
