package hoplab

import (
	"fmt"
	"strings"
	"time"
)

const (
	mostEnds = 20 // in a journal; a test's last connections tell the most
	settle   = time.Second
)

// Journal says why connections ended since the start or the last Restore, and which are open, in lines. Of those that
// were open before the subtest, which are not its own, it has only the ones that the client did not end itself.
func (lab *Lab) Journal() string {
	ends, flows, err := lab.endsAndFlows()
	if err != nil {
		return err.Error()
	}
	ends = lab.own(ends)
	var lines []string
	if len(ends) > mostEnds {
		lines = append(lines, fmt.Sprintf("%d connections ended before these.", len(ends)-mostEnds))
		ends = ends[len(ends)-mostEnds:]
	}
	for _, end := range ends {
		lines = append(lines, connectionLines(end, endText(*end.End))...)
		if lab.earlier[end.ID] {
			lines = append(lines, "    opened before the test")
		}
	}
	for _, flow := range flows {
		lines = append(lines, connectionLines(flow, openText(flow))...)
	}
	if len(lines) == 0 {
		return "No connection ended during the test, and none is open."
	}
	return strings.Join(lines, "\n")
}

// endsAndFlows waits a moment for open connections: the client may know of an end before its record is there.
func (lab *Lab) endsAndFlows() (ends, flows []Connection, err error) {
	deadline := time.Now().Add(settle)
	var last int64
	for wait := time.Duration(0); ; wait = settle {
		flows = nil
		// Flows before ends, so that no connection is between the two.
		if err = lab.Call("GET", "/v1/flows", nil, &flows); err != nil {
			return nil, nil, err
		}
		more, err := lab.ends(last, wait)
		if err != nil {
			return nil, nil, err
		}
		ends = append(ends, more...)
		over := map[int64]bool{}
		for _, end := range ends {
			over[end.ID] = true
			last = end.ID
		}
		open := flows[:0]
		for _, flow := range flows {
			if !over[flow.ID] && !lab.earlier[flow.ID] {
				open = append(open, flow)
			}
		}
		if len(open) == 0 || !time.Now().Before(deadline) {
			return ends, open, nil
		}
	}
}

func (lab *Lab) own(ends []Connection) (own []Connection) {
	for _, end := range ends {
		if !lab.earlier[end.ID] || end.End.By != "client" {
			own = append(own, end)
		}
	}
	return own
}

func connectionLines(one Connection, outcome string) []string {
	hops := strings.Join(append([]string{one.Client}, one.Hops...), " > ")
	lines := []string{fmt.Sprintf("#%d %s: %s", one.ID, hops, outcome)}
	if one.Requests > 0 {
		line := fmt.Sprintf("    %d request", one.Requests)
		if one.Requests > 1 {
			line += "s"
		}
		if one.LastStatus > 0 {
			line += fmt.Sprintf(", last %d", one.LastStatus)
		}
		lines = append(lines, line)
	}
	for _, failure := range one.Failures {
		lines = append(lines, "    "+failureText(failure))
	}
	shown := one.LeafClientCertSubject
	if shown != "" || one.VerifyReason != "" || one.TLSVerifyStatus == "Success" { // else nobody has looked at one
		lines = append(lines, strings.TrimRight("    certificate "+shown, " ")+": "+one.TLSVerifyStatus)
	}
	if one.VerifyReason != "" {
		lines = append(lines, "    "+one.VerifyReason)
	}
	return lines
}

func endText(end End) string {
	text := fmt.Sprintf("%s by %s at %s", end.How, end.Hop, end.Stage)
	if end.By != "hop" {
		text = fmt.Sprintf("%s by the %s, met by %s at %s", end.How, end.By, end.Hop, end.Stage)
	}
	return fmt.Sprintf("%s: %s (%s)", text, end.Explanation, end.Reason)
}

func openText(flow Connection) string {
	text := "open, at " + flow.Stage
	if end := flow.End; end != nil {
		text += fmt.Sprintf("; %s by %s (%s)", end.How, end.Hop, end.Reason)
	}
	return text
}

func failureText(failure FailedRequests) string {
	text := "no answer"
	if failure.Status > 0 {
		text = fmt.Sprint(failure.Status)
	}
	if failure.Count > 1 {
		text = fmt.Sprintf("%d x %s", failure.Count, text)
	}
	text += " by " + failure.Hop
	if failure.Target != "" {
		text += " for " + failure.Target
	}
	text += ": " + failure.Explanation
	if failure.Detail != "" {
		text += " (" + failure.Detail + ")"
	}
	return text + " (" + failure.Reason + ")"
}
