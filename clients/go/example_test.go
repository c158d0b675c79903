package hoplab_test

import (
	"testing"

	"hoplab"
)

func TestWidgets(t *testing.T) {
	lab := hoplab.Start(t, "testdata/private-api.json")
	lab.Run(t, "a good certificate gets the widget", func(t *testing.T, lab *hoplab.Lab) {
		if got := lab.WantStatus(200, "/widgets", "my_client").Body; got != `{"id":"1","value":"4.99"}` {
			t.Error(got)
		}
	})
	lab.Run(t, "an expired certificate is reset", func(t *testing.T, lab *hoplab.Lab) {
		lab.WantReset("/widgets", "expired")
	})
	lab.Run(t, "a certificate is revoked in the middle of the run", func(t *testing.T, lab *hoplab.Lab) {
		lab.WantStatus(200, "/widgets", "my_client")
		lab.Revoke("my_client")
		lab.WantReset("/widgets", "my_client")
	})
	lab.Run(t, "the third connection is reset", func(t *testing.T, lab *hoplab.Lab) {
		every3 := &hoplab.Connections{Every: 3}
		lab.Arm("bad-zone", hoplab.Fault{Hop: "nlb", Stage: "client-hello", Action: "reset", Connections: every3})
		lab.WantStatus(200, "/widgets", "my_client")
		lab.WantStatus(200, "/widgets", "my_client")
		lab.WantReset("/widgets", "my_client")
	})
	lab.Run(t, "an idle connection is forgotten after 350 s", func(t *testing.T, lab *hoplab.Lab) {
		lab.SetClock("stepped")
		conn := lab.Conn("my_client") // keeps the connection
		conn.WantStatus(200, "/widgets")
		lab.Advance("350s")
		conn.WantReset("/widgets")
	})
	lab.Run(t, "what the API received", func(t *testing.T, lab *hoplab.Lab) {
		lab.WantStatus(200, "/widgets?size=2", "my_client")
		if got := lab.Requests(hoplab.Filter{Receiver: "widgets-api"}, 0); got[0].Path != "/widgets?size=2" {
			t.Error(got)
		}
	})
}
